import { defineMessages } from "@vestibule/ui";

/** Words of the list of today's buildings. */
export const todayWords = defineMessages(
  {
    title: "Today",
    scanFirst: "Scan a parcel",
    hint: "At a door: tap the round sticker with the top of your phone.",
    emptyTitle: "No buildings today",
    emptyLine:
      "Your carrier has sent nothing for this phone yet. New parcels appear here by themselves.",
    refresh: "Refresh",
    badge: "Badge",
    stale: (time: string) =>
      `List of ${time}. It could not be refreshed; doors still decide by themselves.`,
    asOf: (time: string) => `As of ${time}`,
    window: (from: string, until: string) => `${from} to ${until}`,
    yourWindow: "Your window",
    hours: "The building admits you",
    doors: "Doors",
    ready: "Ready",
    offline: "Offline; use the buzzer",
    offlineSince: (time: string) => `Offline since ${time}; use the buzzer`,
    open: (name: string) => `Open ${name}`,
    fingerTitle: "Start your shift with your finger or face",
    fingerLine: "Once for 12 hours. It fetches today's list; each door then asks for its own.",
    finger: "Use finger or face",
    failTitle: "Today's list could not be fetched",
    keyUnknown: "The host does not know this phone's key.",
    keyUnknownNow:
      "Ask the firm that screened you for a new invitation. Until then, use the buzzer.",
    badgeEnds: (time: string) => `Your badge ends ${time}. Ask for a new invitation before that.`,
    badgeEnded: "Your badge has ended. Ask the firm that screened you for a new invitation.",
  },
  {
    title: "Hoy",
    scanFirst: "Escanear un paquete",
    hint: "En la puerta: acerque la parte de arriba del teléfono a la etiqueta redonda.",
    emptyTitle: "Hoy no hay edificios",
    emptyLine:
      "Su empresa todavía no ha enviado nada a este teléfono. Los paquetes nuevos aparecen solos.",
    refresh: "Actualizar",
    badge: "Credencial",
    stale: (time) => `Lista de ${time}. No se pudo actualizar; cada puerta decide por sí misma.`,
    asOf: (time) => `Actualizada ${time}`,
    window: (from, until) => `de ${from} a ${until}`,
    yourWindow: "Su horario",
    hours: "El edificio le admite",
    doors: "Puertas",
    ready: "Lista",
    offline: "Sin conexión; use el timbre",
    offlineSince: (time) => `Sin conexión desde ${time}; use el timbre`,
    open: (name) => `Abrir ${name}`,
    fingerTitle: "Empiece el turno con su huella o su rostro",
    fingerLine: "Una vez para 12 horas. Trae la lista de hoy; cada puerta pide después la suya.",
    finger: "Usar huella o rostro",
    failTitle: "No se pudo obtener la lista de hoy",
    keyUnknown: "El servidor no conoce la llave de este teléfono.",
    keyUnknownNow:
      "Pida una invitación nueva a la firma que verificó sus antecedentes. Mientras tanto, use el timbre.",
    badgeEnds: (time) => `Su credencial termina ${time}. Pida antes una invitación nueva.`,
    badgeEnded:
      "Su credencial terminó. Pida una invitación nueva a la firma que verificó sus antecedentes.",
  },
);
export type TodayWords = ReturnType<typeof todayWords>;
