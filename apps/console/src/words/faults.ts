import { httpFaults, isHttpFaultCode, refusalCodes, refusalSentence } from "@vestibule/core/faults";
import type { Fault } from "@vestibule/sdk";
import type { Locale } from "@vestibule/ui";
import { defineMessages } from "@vestibule/ui";
import { PasskeyError } from "../api/passkey.ts";
import { RequestFault } from "../api/send.ts";

/** What went wrong, and the way out. */
export interface Told {
  readonly title: string;
  readonly way: string;
}

const words = defineMessages(
  {
    unreachable: "The host cannot be reached.",
    timeout: "The host did not answer in time.",
    answerInvalid: "The host's answer is not as agreed.",
    unknown: "The host refused this.",
    check: "Check this device's connection, then try again.",
    waitALittle: "Wait a little, then try again.",
    version: "This page and the host may be of different versions. Load the page again.",
    askOwner: "Ask an owner of your organization.",
    signIn: "Sign in, and you come back to this page.",
    readAgain: "Load the page again and look at what is there now.",
    newLink: "Ask the person who invited you for a new link.",
    mend: (field: string) => (field === "" ? "Look at what you entered." : `Look at “${field}”.`),
    number: (id: string) => `Number of the request: ${id}`,
    passkey: {
      cancelled: "No passkey was used.",
      known: "This device already holds a passkey for you here.",
      unsupported: "This browser cannot use passkeys.",
      failed: "The passkey could not be used.",
    },
    passkeyWay: {
      cancelled: "The window was closed, or its time ran out. Begin again when you are ready.",
      known: "Sign in with it, or use another device.",
      unsupported: "Use a current browser on a phone or computer with a screen lock.",
      failed: "Begin again. If it stays, use another device that holds your passkey.",
    },
    crashed: "This page stopped working.",
  },
  {
    unreachable: "No se puede llegar al servidor.",
    timeout: "El servidor no respondió a tiempo.",
    answerInvalid: "La respuesta del servidor no es la acordada.",
    unknown: "El servidor rechazó esto.",
    check: "Compruebe la conexión de este dispositivo e inténtelo de nuevo.",
    waitALittle: "Espere un poco e inténtelo de nuevo.",
    version: "Esta página y el servidor pueden ser de versiones distintas. Recargue la página.",
    askOwner: "Pídalo a un propietario de su organización.",
    signIn: "Entre, y volverá a esta página.",
    readAgain: "Recargue la página y mire lo que hay ahora.",
    newLink: "Pida un enlace nuevo a quien le invitó.",
    mend: (field) => (field === "" ? "Revise lo que escribió." : `Revise «${field}».`),
    number: (id) => `Número de la solicitud: ${id}`,
    passkey: {
      cancelled: "No se usó ninguna llave de acceso.",
      known: "Este dispositivo ya tiene aquí una llave de acceso suya.",
      unsupported: "Este navegador no admite llaves de acceso.",
      failed: "No se pudo usar la llave de acceso.",
    },
    passkeyWay: {
      cancelled: "Se cerró la ventana o se agotó el tiempo. Empiece de nuevo cuando quiera.",
      known: "Entre con ella, o use otro dispositivo.",
      unsupported: "Use un navegador actual en un teléfono u ordenador con bloqueo de pantalla.",
      failed: "Empiece de nuevo. Si sigue así, use otro dispositivo que tenga su llave.",
    },
    crashed: "Esta página dejó de funcionar.",
  },
);

/** An error as a person is told it: what happened, and what to do now. */
export function tellError(error: unknown, locale: Locale): Told {
  const said = words(locale);
  if (error instanceof PasskeyError)
    return { title: said.passkey[error.reason], way: said.passkeyWay[error.reason] };
  if (error instanceof RequestFault) return tellFault(error.fault, locale);
  return { title: said.crashed, way: said.readAgain };
}

function tellFault(fault: Fault, locale: Locale): Told {
  const said = words(locale);
  const title = titleOf(fault, locale);
  const id = fault.requestId === undefined ? "" : ` ${said.number(fault.requestId)}`;
  return { title, way: wayOf(fault, locale) + (fault.status >= 500 ? id : "") };
}

function titleOf({ code, title }: Fault, locale: Locale): string {
  const said = words(locale);
  if (code === "unreachable") return said.unreachable;
  if (code === "timeout") return said.timeout;
  if (code === "answer-invalid") return said.answerInvalid;
  if (isHttpFaultCode(code)) return httpFaults[code][locale];
  return refusalText(code, locale) ?? (title === "" ? said.unknown : title);
}

/** A refusal's sentence for the manager, or undefined for a code that is none. */
export function refusalText(code: string, locale: Locale): string | undefined {
  const known = refusalCodes.find((candidate) => candidate === code);
  return known && refusalSentence(known, { audience: "manager", locale });
}

function wayOf(fault: Fault, locale: Locale): string {
  const said = words(locale);
  if (fault.status === 0) return said.check;
  if (fault.code === "answer-invalid") return said.version;
  if (fault.status === 400 || fault.status === 422)
    return fault.detail ?? said.mend(fault.field ?? "");
  if (fault.status === 401) return said.signIn;
  if (fault.status === 403 || fault.status === 404) return said.askOwner;
  if (fault.status === 409) return fault.detail ?? said.readAgain;
  if (fault.status === 410) return said.newLink;
  return said.waitALittle;
}
