import { defineMessages } from "@vestibule/ui";

export const buildingWords = defineMessages(
  {
    tabs: "Building",
    activity: "Doors and activity",
    visits: "Visits",
    policy: "Policy",
    places: "Entrances and units",
    boxes: "Boxes",
    line: {
      connecting: "Connecting to the live feed",
      open: "Live",
      refused:
        "No live feed for you here. Sign in again; until then, load the page to see what is new.",
      lost: (time: string) => `No live feed since ${time}. What you see may be old; trying again.`,
    },
    old: "What this page shows of the building may be old.",
    doors: "Doors",
    noDoors: "No door has a box yet",
    noDoorsWhy:
      "Name the entrances, adopt a box for each, and sign the policy that names both. The buzzer works as ever meanwhile.",
    toPlaces: "Entrances and units",
    toBoxes: "Boxes",
    box: {
      online: "Box on the line",
      silent: (time: string) => `Silent since ${time}`,
      silentEver: "Silent: its box has not been heard yet",
      silentMeans: (bound: string) =>
        `Carriers are shut out ${bound} after the box last heard of the host. The buzzer works as ever.`,
      waiting: "Box not adopted yet",
      waitingMeans: "Scan the card inside the box under Boxes.",
      quarantined: "Box set apart: two devices answer under its key, or its memory was turned back",
      quarantinedMeans: "Nothing opens through it. Replace the box.",
      fault: "Strike fault: the box gave the pulse and the strike did not answer",
      faultMeans: "Have the strike and its wires looked at. The buzzer works as ever.",
    },
    held: (time: string) => `Held open since ${time}`,
    heldNow: "Held open",
    sensing: {
      contact: "A contact tells whether it opened.",
      current: "The strike's current tells whether it was released.",
      none: "Nothing tells whether it opened: the last stage reads “released”.",
    },
    truth:
      "Whether a door is open or locked at this moment is not known to the host. Only held-open doors are reported; residents' coming and going leaves no trace.",
    live: "Deliveries",
    stale: "This list could not be read again, so it may be old.",
    noAttempts: "Nobody has come yet",
    noAttemptsWhy: "When a driver taps the sticker, it shows here as it happens.",
    noPolicy: "No policy is in force",
    noPolicyWhy: "Until the members have signed one, no carrier is let in.",
    toPolicy: "Policy",
    who: (carrier: string, driver: string) =>
      driver === "" ? carrier : `${carrier}, driver ${driver}`,
    someCarrier: "A carrier",
    attemptAt: (door: string) => `at ${door}`,
    inPolicy: (ent: string) => `“${ent}” in the policy`,
    late: "reported late",
    open: "Details",
    notOpened: "released, and nobody opened it in time",
    silentOutcome:
      "The box did not say its last word in time; the driver was told to use the buzzer.",
  },
  {
    tabs: "Edificio",
    activity: "Puertas y actividad",
    visits: "Visitas",
    policy: "Política",
    places: "Entradas y viviendas",
    boxes: "Cajas",
    line: {
      connecting: "Conectando con el directo",
      open: "En directo",
      refused:
        "Aquí no hay directo para usted. Vuelva a entrar; hasta entonces, recargue la página para ver lo nuevo.",
      lost: (time) => `Sin directo desde ${time}. Lo que ve puede ser antiguo; se reintenta.`,
    },
    old: "Lo que esta página muestra del edificio puede ser antiguo.",
    doors: "Puertas",
    noDoors: "Ninguna puerta tiene caja todavía",
    noDoorsWhy:
      "Nombre las entradas, adopte una caja para cada una y firme la política que las nombra. El portero automático sigue como siempre.",
    toPlaces: "Entradas y viviendas",
    toBoxes: "Cajas",
    box: {
      online: "Caja conectada",
      silent: (time) => `En silencio desde ${time}`,
      silentEver: "En silencio: su caja aún no se ha oído",
      silentMeans: (bound) =>
        `Se cierra a los transportistas ${bound} después de que la caja oyera por última vez al servidor. El portero automático sigue como siempre.`,
      waiting: "Caja sin adoptar todavía",
      waitingMeans: "Escanee en Cajas la tarjeta que hay dentro de la caja.",
      quarantined:
        "Caja apartada: dos aparatos responden con su clave, o su memoria volvió a un estado anterior",
      quarantinedMeans: "Nada se abre con ella. Cambie la caja.",
      fault: "Fallo de la cerradura: la caja dio el pulso y la cerradura no respondió",
      faultMeans:
        "Haga revisar la cerradura y sus cables. El portero automático sigue como siempre.",
    },
    held: (time) => `Mantenida abierta desde ${time}`,
    heldNow: "Mantenida abierta",
    sensing: {
      contact: "Un contacto dice si se abrió.",
      current: "La corriente de la cerradura dice si se liberó.",
      none: "Nada dice si se abrió: la última etapa es «liberada».",
    },
    truth:
      "El servidor no sabe si una puerta está abierta o cerrada en este momento. Solo se avisa de puertas mantenidas abiertas; las idas y venidas de los residentes no dejan rastro.",
    live: "Entregas",
    stale: "Esta lista no pudo leerse de nuevo, así que puede ser antigua.",
    noAttempts: "Todavía no ha venido nadie",
    noAttemptsWhy: "Cuando un repartidor toque la etiqueta, aparecerá aquí mientras ocurre.",
    noPolicy: "No hay ninguna política en vigor",
    noPolicyWhy: "Hasta que los miembros firmen una, no entra ningún transportista.",
    toPolicy: "Política",
    who: (carrier, driver) => (driver === "" ? carrier : `${carrier}, repartidor ${driver}`),
    someCarrier: "Un transportista",
    attemptAt: (door) => `en ${door}`,
    inPolicy: (ent) => `«${ent}» en la política`,
    late: "comunicado tarde",
    open: "Detalles",
    notOpened: "liberada, y nadie la abrió a tiempo",
    silentOutcome:
      "La caja no dijo su última palabra a tiempo; se le dijo al repartidor que llamara al portero automático.",
  },
);
