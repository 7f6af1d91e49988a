import { defineMessages } from "@vestibule/ui";

/** Words of becoming a driver here, and of ceasing to be one. */
export const enrolWords = defineMessages(
  {
    kept: "What is kept, and how long",
    version: (version: string) => `Text ${version}`,
    agree: "I agree; make the key",
    making: "Making the key",
    makingFinger: "The phone asks for your finger or face",
    trouble: {
      "no-finger": "Your finger or face was not read.",
      "no-passkey": "This browser makes no key that asks for a finger.",
      "not-kept": "This browser would not keep the key.",
      fault: "The key could not be made.",
    },
    troubleNow: {
      "no-finger": "Nothing has been sent. Try again when you are ready.",
      "no-passkey":
        "Switch on the phone's screen lock with finger or face, or open the link in the phone's own browser. Nothing has been sent.",
      "not-kept":
        "Make room on the phone, or open the link outside a private window. Nothing has been sent.",
      fault: "Try again, or open the link in the phone's own browser. Nothing has been sent.",
    },
    disagree: "If you do not agree, close this page. Nothing has been sent.",
    refused: {
      malformed: "This invitation link is not complete.",
      "other-app": "This invitation is for another app.",
      "other-host": "This invitation is for another host.",
      finger:
        "This invitation asks for a finger at each opening, which doors check at this app's own https address only.",
    },
    refusedNow: "Ask the firm that screened you for a new link.",
    already: "This phone already has a key.",
    alreadyNow: "A new invitation replaces it; the old badge then opens nothing from here.",
    waitTitle: "Your key is made",
    steps: {
      key: "Key made on this phone",
      sent: "Sent to the firm that screened you",
      badge: "Badge signed",
    },
    state: { done: "done", now: "under way", later: "not yet" },
    waitLine:
      "Your badge appears here as soon as it is signed. You may close this page and come back.",
    waitNetwork: "No network just now. It is sent as soon as there is some.",
    closed: "This invitation was used or has ended.",
    badgeWrong: "The badge that came is not for this phone.",
    badgeTitle: "You are ready",
    badgeLine: "This phone now opens doors for you, with a parcel in hand.",
    badgeUntil: "Cleared until",
    driver: "Driver",
    carrier: "Carrier",
    vetter: "Screened by",
    toToday: "See today's buildings",
    noKeyTitle: "This phone has no driver's key",
    noKeyLine:
      "Open the invitation link from the firm that screened you, on this phone, in this browser.",
    lostTitle: "You had a key before?",
    lostLine:
      "Browsers clear a page that was not opened for a week, and a new phone starts without one. Ask the firm that screened you for a new link now, before your shift: it takes a minute.",
    lostTap: "Until then, use the buzzer.",
    demoInvite: "Demonstration: get an invitation for this phone",
    badge: "Badge",
    withdrawTitle: "Withdraw consent",
    withdrawLine: "Deletes the key, the badge and today's list on this phone, and tells the host.",
    withdraw: "Withdraw and delete",
    withdrawSure: "Yes, delete my key",
    withdrawKeep: "Keep it",
    withdrawnTitle: "Deleted",
    withdrawnLine: "Your key, badge and list are gone from this phone, and the host was told.",
    withdrawnUntold:
      "Your key, badge and list are gone from this phone. The host could not be told: ask the firm that screened you to end your badge.",
    consentAgreed: "Consent",
    opensWith: "Opens with",
    byFinger: "your finger or face, each time",
    papers: "No-access notes on this phone",
  },
  {
    kept: "Qué se guarda y cuánto tiempo",
    version: (version) => `Texto ${version}`,
    agree: "Acepto; crear la llave",
    making: "Creando la llave",
    makingFinger: "El teléfono pide su huella o su rostro",
    trouble: {
      "no-finger": "No se leyó su huella ni su rostro.",
      "no-passkey": "Este navegador no crea llaves que pidan la huella.",
      "not-kept": "Este navegador no quiso guardar la llave.",
      fault: "No se pudo crear la llave.",
    },
    troubleNow: {
      "no-finger": "No se ha enviado nada. Reintente cuando quiera.",
      "no-passkey":
        "Active el bloqueo de pantalla con huella o rostro, o abra el enlace en el navegador propio del teléfono. No se ha enviado nada.",
      "not-kept":
        "Haga sitio en el teléfono, o abra el enlace fuera de una ventana privada. No se ha enviado nada.",
      fault:
        "Reintente, o abra el enlace en el navegador propio del teléfono. No se ha enviado nada.",
    },
    disagree: "Si no está de acuerdo, cierre esta página. No se ha enviado nada.",
    refused: {
      malformed: "Este enlace de invitación está incompleto.",
      "other-app": "Esta invitación es para otra aplicación.",
      "other-host": "Esta invitación es para otro servidor.",
      finger:
        "Esta invitación pide la huella en cada apertura, y las puertas solo la comprueban en la dirección https propia de esta aplicación.",
    },
    refusedNow: "Pida un enlace nuevo a la firma que verificó sus antecedentes.",
    already: "Este teléfono ya tiene una llave.",
    alreadyNow:
      "Una invitación nueva la reemplaza; la credencial anterior ya no abrirá desde aquí.",
    waitTitle: "Su llave está creada",
    steps: {
      key: "Llave creada en este teléfono",
      sent: "Enviada a la firma que verificó sus antecedentes",
      badge: "Credencial firmada",
    },
    state: { done: "hecho", now: "en curso", later: "todavía no" },
    waitLine: "Su credencial aparecerá aquí en cuanto se firme. Puede cerrar la página y volver.",
    waitNetwork: "Ahora no hay red. Se enviará en cuanto la haya.",
    closed: "Esta invitación ya se usó o terminó.",
    badgeWrong: "La credencial que llegó no es para este teléfono.",
    badgeTitle: "Todo listo",
    badgeLine: "Este teléfono ya le abre puertas, con un paquete en la mano.",
    badgeUntil: "Autorización hasta",
    driver: "Repartidor",
    carrier: "Empresa",
    vetter: "Antecedentes verificados por",
    toToday: "Ver los edificios de hoy",
    noKeyTitle: "Este teléfono no tiene llave de repartidor",
    noKeyLine:
      "Abra el enlace de invitación de la firma que verificó sus antecedentes, en este teléfono y en este navegador.",
    lostTitle: "¿Ya tenía una llave?",
    lostLine:
      "Los navegadores borran una página que no se abre en una semana, y un teléfono nuevo empieza sin llave. Pida ahora un enlace nuevo, antes de su turno: toma un minuto.",
    lostTap: "Mientras tanto, use el timbre.",
    demoInvite: "Demostración: obtener una invitación para este teléfono",
    badge: "Credencial",
    withdrawTitle: "Retirar el consentimiento",
    withdrawLine:
      "Borra la llave, la credencial y la lista de hoy de este teléfono, y avisa al servidor.",
    withdraw: "Retirar y borrar",
    withdrawSure: "Sí, borrar mi llave",
    withdrawKeep: "Conservarla",
    withdrawnTitle: "Borrado",
    withdrawnLine:
      "Su llave, credencial y lista ya no están en este teléfono, y se avisó al servidor.",
    withdrawnUntold:
      "Su llave, credencial y lista ya no están en este teléfono. No se pudo avisar al servidor: pida a la firma que verificó sus antecedentes que dé fin a su credencial.",
    consentAgreed: "Consentimiento",
    opensWith: "Abre con",
    byFinger: "su huella o su rostro, cada vez",
    papers: "Notas de puerta sin conexión en este teléfono",
  },
);
