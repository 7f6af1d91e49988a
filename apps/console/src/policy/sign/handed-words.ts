import { defineMessages } from "@vestibule/ui";

export const handedWords = defineMessages(
  {
    title: "Sign a policy that was handed to you",
    why: "Another member wrote and signed it. Load the file: this page checks it, shows what it changes, and has you sign it. The file never leaves this page before all have signed.",
    load: "Choose the file",
    drop: "or drop it here",
    again: "Choose another file",
    checked: "It is whole, and every signature in it holds",
    signedBy: (members: string) => `Signed by ${members}.`,
    unsigned: "Nobody has signed it yet.",
    changes: "What it changes",
    first: "What it says",
    whole: "The whole policy in sentences",
    unchanged: "It says the same as the policy before it; only its number and dates differ.",
    takes: (duration: string) => `It takes effect ${duration} after this host has received it.`,
    sign: "Sign",
    refused: {
      size: "This file is too long to be a policy",
      unreadable: "This file cannot be read",
      broken: "This is no policy, or it is not whole",
      "other-building": "This policy is for another building",
      known: "This version is here already",
      older: "This version has been overtaken",
      fork: "This version does not follow the one here",
      late: "This version may no longer be handed in",
      rules: "The members cannot sign this",
      tampered: "This file was changed after it was signed",
      forged: "A signature in this file does not hold",
    },
    way: {
      size: "Ask for the file again: it is the one that the console or the command line wrote.",
      unreadable: "Choose it again, or ask for it again.",
      broken:
        "Ask the member who wrote it to download it again, and send it as a file, not as text.",
      otherBuilding: (name: string, address: string) =>
        `It is for ${name}, ${address}. Open that building and load it there.`,
      known: (ver: number) =>
        `Version ${ver} was handed in and accepted. There is nothing to sign.`,
      older: (ver: number, present: number) =>
        `It is version ${ver}; the newest here is version ${present}. Write the change again, on top of that one.`,
      fork: (ver: number, present: number) =>
        `It is version ${ver}; the newest here is version ${present}, and it follows another. Write the change again.`,
      late: "Its last day for that has passed. Write it again; all must sign anew.",
      tampered: (member: string) =>
        `What ${member} signed was another text. Do not sign it; tell ${member}, and find out who had the file.`,
      forged: (member: string) =>
        `The signature in ${member}'s name is not ${member}'s. Do not sign it; ask ${member}.`,
    },
  },
  {
    title: "Firmar una política que le han entregado",
    why: "Otro miembro la escribió y la firmó. Cargue el archivo: esta página lo comprueba, muestra lo que cambia y le hace firmarlo. El archivo no sale de esta página antes de que todos hayan firmado.",
    load: "Elegir el archivo",
    drop: "o suéltelo aquí",
    again: "Elegir otro archivo",
    checked: "Está completa, y cada firma que lleva es válida",
    signedBy: (members) => `Firmada por ${members}.`,
    unsigned: "Todavía no la ha firmado nadie.",
    changes: "Lo que cambia",
    first: "Lo que dice",
    whole: "La política entera en frases",
    unchanged: "Dice lo mismo que la anterior; solo cambian su número y sus fechas.",
    takes: (duration) => `Entra en vigor ${duration} después de que este servidor la reciba.`,
    sign: "Firmar",
    refused: {
      size: "Este archivo es demasiado largo para ser una política",
      unreadable: "Este archivo no se puede leer",
      broken: "Esto no es una política, o no está completa",
      "other-building": "Esta política es para otro edificio",
      known: "Esta versión ya está aquí",
      older: "Esta versión ha quedado superada",
      fork: "Esta versión no sigue a la que hay aquí",
      late: "Esta versión ya no se puede entregar",
      rules: "Los miembros no pueden firmar esto",
      tampered: "Este archivo se cambió después de firmarse",
      forged: "Una firma de este archivo no es válida",
    },
    way: {
      size: "Pida el archivo de nuevo: es el que escribió la consola o la línea de órdenes.",
      unreadable: "Elíjalo de nuevo o pídalo otra vez.",
      broken:
        "Pida a quien la escribió que la descargue de nuevo y la envíe como archivo, no como texto.",
      otherBuilding: (name, address) =>
        `Es para ${name}, ${address}. Abra ese edificio y cárguela allí.`,
      known: (ver) => `La versión ${ver} se entregó y se aceptó. No hay nada que firmar.`,
      older: (ver, present) =>
        `Es la versión ${ver}; la más nueva aquí es la ${present}. Escriba el cambio de nuevo sobre esa.`,
      fork: (ver, present) =>
        `Es la versión ${ver}; la más nueva aquí es la ${present}, y aquella sigue a otra. Escriba el cambio de nuevo.`,
      late: "Su último día para eso ha pasado. Escríbala de nuevo; todos deben firmar otra vez.",
      tampered: (member) =>
        `Lo que firmó ${member} era otro texto. No la firme; avise a ${member} y averigüe quién tuvo el archivo.`,
      forged: (member) =>
        `La firma a nombre de ${member} no es de ${member}. No la firme; pregunte a ${member}.`,
    },
  },
);
