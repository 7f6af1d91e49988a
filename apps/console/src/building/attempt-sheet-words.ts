import { defineMessages } from "@vestibule/ui";

/** What each stage checks, and in which paper (papers.md, "Order in decide()"). */
export const attemptSheetWords = defineMessages(
  {
    title: "Attempt",
    gone: "This attempt is no longer kept",
    goneWhy: "Entries are deleted after 90 days at most.",
    facts: {
      when: "Presented",
      door: "Door",
      who: "Who",
      parcels: "Parcels",
      ended: "Ended",
      sensing: "The door's own sense",
      id: "Number",
    },
    sensing: {
      opened: "saw it open",
      "not-opened": "saw nobody open it",
      current: "the strike drew its current",
      "no-current": "the strike drew no current",
      unknown: "cannot tell",
    },
    stages: "What was checked",
    checks: {
      presented: {
        check: "The sticker was tapped here and now, and the box gave a ticket for this phone.",
        paper: "Paper: the ticket, the box's answer to the tap.",
      },
      authenticated: {
        check:
          "The phone's key signed at this door; its holder is cleared, and the carrier's dispatch and the host signed for this shift.",
        paper: "Papers: badge, assignment, grant and proof.",
      },
      authorized: {
        check:
          "The policy in force admits this carrier now, through this door; each code belongs to a parcel of the shift and was not used here before.",
        paper: "Papers: the policy and the parcels' digests in the assignment.",
      },
      released: {
        check: "The attempt was on disk; then the box gave the strike one bounded pulse.",
        paper: "Paper: the box's receipt.",
      },
      confirmed: {
        check: "The door's own sense saw it open within the pulse.",
        paper: "Paper: the box's receipt, with its sensing.",
      },
    },
    receipts: "The box's receipt",
    receiptWhy: "Signed by the box and chained: nobody can add, change or remove one unseen.",
    download: "Download the receipt",
    none: "The box has sent no receipt for this attempt.",
  },
  {
    title: "Intento",
    gone: "Este intento ya no se guarda",
    goneWhy: "Las entradas se borran a los 90 días como máximo.",
    facts: {
      when: "Presentado",
      door: "Puerta",
      who: "Quién",
      parcels: "Paquetes",
      ended: "Terminó",
      sensing: "Lo que notó la puerta",
      id: "Número",
    },
    sensing: {
      opened: "vio que se abrió",
      "not-opened": "no vio que nadie la abriera",
      current: "la cerradura tomó su corriente",
      "no-current": "la cerradura no tomó corriente",
      unknown: "no puede saberlo",
    },
    stages: "Lo que se comprobó",
    checks: {
      presented: {
        check: "Se tocó la etiqueta aquí y ahora, y la caja dio un tique para este teléfono.",
        paper: "Documento: el tique, la respuesta de la caja al toque.",
      },
      authenticated: {
        check:
          "La clave del teléfono firmó ante esta puerta; su portador está autorizado, y el transportista y el servidor firmaron este turno.",
        paper: "Documentos: credencial, encargo, permiso y prueba.",
      },
      authorized: {
        check:
          "La política en vigor admite ahora a este transportista por esta puerta; cada código es de un paquete del turno y no se usó aquí antes.",
        paper: "Documentos: la política y los resúmenes de los paquetes en el encargo.",
      },
      released: {
        check: "El intento estaba en el disco; luego la caja dio a la cerradura un pulso limitado.",
        paper: "Documento: el recibo de la caja.",
      },
      confirmed: {
        check: "La propia puerta notó que se abrió durante el pulso.",
        paper: "Documento: el recibo de la caja, con lo que notó.",
      },
    },
    receipts: "El recibo de la caja",
    receiptWhy:
      "Firmado por la caja y encadenado con los demás: nadie puede añadir, cambiar o quitar uno sin que se note.",
    download: "Descargar el recibo",
    none: "La caja no ha enviado ningún recibo de este intento.",
  },
);
