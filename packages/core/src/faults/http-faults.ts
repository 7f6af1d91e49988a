/** Whether the same request may be sent again: never, at once after a change, or later as it is. */
export type Retry = "never" | "later";

/** What a fault means to a caller: HTTP status, whether to try again, one sentence per language. */
export interface FaultEntry {
  readonly status: number;
  readonly retry: Retry;
  readonly en: string;
  readonly es: string;
}

/** The faults of the HTTP interface. Codes are stable; sentences may be reworded. */
export const httpFaults = {
  "request-invalid": {
    status: 400,
    retry: "never",
    en: "The request does not have the form this address expects.",
    es: "La solicitud no tiene la forma que espera esta dirección.",
  },
  "json-malformed": {
    status: 400,
    retry: "never",
    en: "The request's body is not valid JSON.",
    es: "El cuerpo de la solicitud no es JSON válido.",
  },
  "sign-in-required": {
    status: 401,
    retry: "never",
    en: "Sign in first.",
    es: "Primero inicie sesión.",
  },
  "not-allowed": {
    status: 403,
    retry: "never",
    en: "Your role does not allow this.",
    es: "Su función no permite esto.",
  },
  "origin-not-allowed": {
    status: 403,
    retry: "never",
    en: "This page may not use this host.",
    es: "Esta página no puede usar este servidor.",
  },
  "not-found": {
    status: 404,
    retry: "never",
    en: "There is nothing here for you.",
    es: "Aquí no hay nada para usted.",
  },
  "method-not-allowed": {
    status: 405,
    retry: "never",
    en: "This address does not know that method.",
    es: "Esta dirección no admite ese método.",
  },
  conflict: {
    status: 409,
    retry: "never",
    en: "It was changed or exists already; read it again.",
    es: "Ya existe o ha cambiado; vuelva a leerlo.",
  },
  "idempotency-key-reused": {
    status: 409,
    retry: "never",
    en: "This Idempotency-Key was used for another request.",
    es: "Esta Idempotency-Key ya se usó para otra solicitud.",
  },
  "idempotency-key-invalid": {
    status: 400,
    retry: "never",
    en: "Send an Idempotency-Key of 16 to 128 letters, digits, - or _.",
    es: "Envíe una Idempotency-Key de 16 a 128 letras, dígitos, - o _.",
  },
  "invitation-not-valid": {
    status: 410,
    retry: "never",
    en: "This invitation was used or has expired; ask for a new one.",
    es: "Esta invitación ya se usó o caducó; pida otra.",
  },
  "body-too-large": {
    status: 413,
    retry: "never",
    en: "The request is larger than this address accepts.",
    es: "La solicitud supera el tamaño admitido.",
  },
  "media-type-unsupported": {
    status: 415,
    retry: "never",
    en: "Send application/json.",
    es: "Envíe application/json.",
  },
  "rate-limited": {
    status: 429,
    retry: "later",
    en: "Too many requests; wait a little.",
    es: "Demasiadas solicitudes; espere un momento.",
  },
  internal: {
    status: 500,
    retry: "later",
    en: "Something failed on our side; it has been recorded.",
    es: "Algo falló por nuestra parte; ha quedado registrado.",
  },
  "door-offline": {
    status: 503,
    retry: "later",
    en: "This door is offline; use the buzzer.",
    es: "Esta puerta no tiene conexión; use el timbre.",
  },
  "door-silent": {
    status: 504,
    retry: "later",
    en: "This door did not answer in time.",
    es: "Esta puerta no respondió a tiempo.",
  },
  "not-ready": {
    status: 503,
    retry: "later",
    en: "The host is starting or stopping; try again shortly.",
    es: "El servidor se está iniciando o deteniendo; inténtelo en breve.",
  },
} as const satisfies Readonly<Record<string, FaultEntry>>;

/** A code of {@link httpFaults}. */
export type HttpFaultCode = keyof typeof httpFaults;

/** Whether a text is a code of {@link httpFaults}. */
export function isHttpFaultCode(text: string): text is HttpFaultCode {
  return Object.hasOwn(httpFaults, text);
}
