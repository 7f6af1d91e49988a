import type { Locale } from "@vestibule/ui";

/** One thing that is kept about a driver: what, what for, how long. */
export interface KeptAbout {
  readonly what: string;
  readonly why: string;
  readonly until: string;
}

/** The consent in one language. A change of any sentence needs a new version (the sdk's constant). */
export interface ConsentText {
  readonly title: string;
  readonly lead: (carrier: string, vetter: string) => string;
  readonly anyCarrier: string;
  readonly anyVetter: string;
  readonly kept: readonly KeptAbout[];
  /** Also kept where each opening asks for a finger. */
  readonly finger: KeptAbout;
  readonly never: string;
  readonly withdraw: string;
}

/** The text a driver agrees to before a key is made (NYC Admin. Code § 26-3003(a)(6)). */
export const consentText: Readonly<Record<Locale, ConsentText>> = {
  en: {
    title: "Before this phone becomes your key",
    lead: (carrier, vetter) =>
      `${vetter} invites you to open doors for ${carrier}. Only you can agree to what is kept about you; ${carrier} cannot do it for you.`,
    anyCarrier: "your carrier",
    anyVetter: "The firm that screened you",
    kept: [
      {
        what: "Your driver number and this phone's public key",
        why: "So that a door knows your phone from others. No name, no phone number.",
        until: "until 90 days after your badge ends",
      },
      {
        what: "Each opening: which door, when, which places in the parcel list",
        why: "So that residents and the building can see who came in.",
        until: "for 90 days",
      },
      {
        what: "On this phone: the key, your badge, today's list",
        why: "The key cannot be copied out. Parcel numbers stay in memory for 5 minutes and are never stored.",
        until: "until you withdraw or clear the browser",
      },
    ],
    finger: {
      what: "In this phone's own lock: a passkey, used by your finger or face",
      why: "Each opening asks for it, so that a stolen phone opens nothing. Neither finger nor face ever leaves the phone; nobody else gets them. It asks twice now: to make the key and to try it.",
      until: "until you delete it in the phone's passkey settings",
    },
    never:
      "Your location is never read. The camera is on only while you scan; no picture is kept or sent.",
    withdraw:
      "You can withdraw at any time, under Badge. Key and data on this phone are then deleted and the host is told.",
  },
  es: {
    title: "Antes de que este teléfono sea su llave",
    lead: (carrier, vetter) =>
      `${vetter} le invita a abrir puertas para ${carrier}. Solo usted puede aceptar lo que se guarda sobre usted; nadie puede hacerlo en su lugar.`,
    anyCarrier: "su empresa de reparto",
    anyVetter: "La firma que verificó sus antecedentes",
    kept: [
      {
        what: "Su número de repartidor y la clave pública de este teléfono",
        why: "Para que la puerta distinga su teléfono de otros. Ni nombre ni número de teléfono.",
        until: "hasta 90 días después de que termine su credencial",
      },
      {
        what: "Cada apertura: qué puerta, cuándo, qué lugares de la lista de paquetes",
        why: "Para que los residentes y el edificio vean quién entró.",
        until: "durante 90 días",
      },
      {
        what: "En este teléfono: la llave, su credencial, la lista de hoy",
        why: "La llave no se puede copiar. Los números de paquete quedan 5 minutos en memoria y nunca se guardan.",
        until: "hasta que usted lo retire o borre el navegador",
      },
    ],
    finger: {
      what: "En el bloqueo de este teléfono: una llave de acceso que se usa con su huella o su rostro",
      why: "Cada apertura la pide, para que un teléfono robado no abra nada. Ni la huella ni el rostro salen del teléfono; nadie más los recibe. Ahora la pide dos veces: para crear la llave y para probarla.",
      until: "hasta que usted la borre en los ajustes de llaves de acceso del teléfono",
    },
    never:
      "Su ubicación nunca se lee. La cámara solo está encendida mientras escanea; ninguna imagen se guarda ni se envía.",
    withdraw:
      "Puede retirar su consentimiento cuando quiera, en Credencial. La llave y los datos de este teléfono se borran y se avisa al servidor.",
  },
};
