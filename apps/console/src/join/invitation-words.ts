import { defineMessages } from "@vestibule/ui";

/** What a person reads before he joins. The version of this text is the host's `consent`. */
export const invitationWords = defineMessages(
  {
    title: "Join Vestibule",
    reading: "Reading the invitation",
    broken: "This link is not whole.",
    brokenWay: "Open it again from the message, to its very end, or ask for a new one.",
    thisHost: "this host",
    operator: "Operator",
    invited: (organization: string, role: string) =>
      `You are invited to ${organization} as ${role.toLowerCase()}.`,
    until: (time: string) => `The link works once, until ${time}.`,
    name: "Your name",
    nameWhy: "Your colleagues see it beside what you do.",
    nameMissing: "Enter your name.",
    consentTitle: "What is kept about you",
    consent: {
      name: "Your name and your role in this organization.",
      passkey: "The public half of your passkey. Your finger or face stays on your device.",
      deeds: "What you change here and when, so that disputes can be settled.",
      end: "All of it goes within 90 days after you leave. Nothing is sold or passed on.",
    },
    agree: "I agree that this is kept.",
    agreeMissing: "Without your consent nothing may be kept, and nobody can be let in.",
    do: "Create your passkey and join",
    busy: "Waiting for your passkey",
    afterwards: "There is no password. Next time the same passkey signs you in.",
  },
  {
    title: "Unirse a Vestibule",
    reading: "Leyendo la invitación",
    broken: "Este enlace no está completo.",
    brokenWay: "Ábralo de nuevo desde el mensaje, hasta el final, o pida otro.",
    thisHost: "este servidor",
    operator: "Operador",
    invited: (organization, role) => `Le invitan a ${organization} como ${role.toLowerCase()}.`,
    until: (time) => `El enlace sirve una vez, hasta el ${time}.`,
    name: "Su nombre",
    nameWhy: "Sus colegas lo ven junto a lo que usted hace.",
    nameMissing: "Escriba su nombre.",
    consentTitle: "Lo que se guarda de usted",
    consent: {
      name: "Su nombre y su función en esta organización.",
      passkey:
        "La mitad pública de su llave de acceso. Su huella o su cara no salen de su dispositivo.",
      deeds: "Lo que usted cambia aquí y cuándo, para poder resolver desacuerdos.",
      end: "Todo se borra en los 90 días siguientes a su salida. Nada se vende ni se cede.",
    },
    agree: "Acepto que esto se guarde.",
    agreeMissing: "Sin su consentimiento no se puede guardar nada ni dejar entrar a nadie.",
    do: "Crear la llave de acceso y entrar",
    busy: "Esperando su llave de acceso",
    afterwards: "No hay contraseña. La próxima vez entrará con la misma llave.",
  },
);
