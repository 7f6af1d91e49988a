import { defineMessages } from "@vestibule/ui";

/** Words that more than one screen uses. */
export const commonWords = defineMessages(
  {
    app: "Vestibule driver",
    demo: "Demonstration: doors and parcels are for show.",
    loading: "Loading",
    back: "Back",
    tryAgain: "Try again",
    noNetwork: "This phone cannot reach the host.",
    kind: {
      gate: "gate",
      street: "street door",
      lobby: "lobby door",
      mailroom: "mail room",
      locker: "locker",
      unit: "apartment door",
      garage: "garage",
    },
    theKind: {
      gate: "the gate",
      street: "the street door",
      lobby: "the lobby door",
      mailroom: "the mail room",
      locker: "the locker",
      unit: "the apartment door",
      garage: "the garage",
    },
    parcels: (count: number) => (count === 1 ? "1 parcel" : `${count} parcels`),
    hostTrouble: "The host did not answer as it should.",
    hostTroubleNow: "Try again in a minute. If it stays so, use the buzzer.",
    noStore: "This browser keeps nothing for this page here.",
    noStoreNow:
      "A driver's key has to be kept. Open this page in a tab of its own, not in a private window.",
    loadFailed: "A part of this app could not be loaded.",
    loadFailedNow:
      "Check this phone's network and try again; then tap the sticker once more. Until then, use the buzzer.",
    configMissing: "This app was served without its configuration.",
    configMissingNow: "Tell whoever runs it: config.json is missing or not valid.",
  },
  {
    app: "Vestibule para repartidores",
    demo: "Demostración: puertas y paquetes son de muestra.",
    loading: "Cargando",
    back: "Volver",
    tryAgain: "Reintentar",
    noNetwork: "Este teléfono no alcanza el servidor.",
    kind: {
      gate: "portón",
      street: "puerta de la calle",
      lobby: "puerta del vestíbulo",
      mailroom: "cuarto de correo",
      locker: "casillero",
      unit: "puerta del apartamento",
      garage: "garaje",
    },
    theKind: {
      gate: "el portón",
      street: "la puerta de la calle",
      lobby: "la puerta del vestíbulo",
      mailroom: "el cuarto de correo",
      locker: "el casillero",
      unit: "la puerta del apartamento",
      garage: "el garaje",
    },
    parcels: (count) => (count === 1 ? "1 paquete" : `${count} paquetes`),
    hostTrouble: "El servidor no respondió como debía.",
    hostTroubleNow: "Reintente en un minuto. Si sigue igual, use el timbre.",
    noStore: "Este navegador no guarda nada para esta página aquí.",
    noStoreNow:
      "La llave de un repartidor se tiene que guardar. Abra esta página en una pestaña propia, no en una ventana privada.",
    loadFailed: "No se pudo cargar una parte de esta aplicación.",
    loadFailedNow:
      "Revise la red de este teléfono y reintente; después acerque otra vez el teléfono a la etiqueta. Mientras tanto, use el timbre.",
    configMissing: "Esta aplicación se sirvió sin su configuración.",
    configMissingNow: "Avise a quien la administra: falta config.json o no es válido.",
  },
);
export type CommonWords = ReturnType<typeof commonWords>;
