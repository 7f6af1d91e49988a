import type { PageWords } from "./page-words.ts";

/** The building page in Spanish. */
export const pageWordsEs: PageWords = {
  kinds: {
    gate: "Portón",
    street: "Puerta de la calle",
    lobby: "Puerta del vestíbulo",
    mailroom: "Cuarto de correo",
    locker: "Casillero",
    unit: "Puerta del apartamento",
    garage: "Garaje",
  },
  purposes: {
    deliver: "entregar paquetes",
    collect: "recoger paquetes",
    round: "hacer el reparto diario del correo",
  },
  other: { language: "en", name: "English" },
  title: (door, building) => `${door} de ${building}`,
  demo: [
    "Esto es una demostración.",
    "Sus llaves son de muestra y sus reglas pueden cambiar en un minuto. No protege ninguna puerta real.",
  ],
  claimed: [
    "Nadie ha demostrado todavía que puede decidir por este edificio.",
    "Hasta entonces no se envía aquí a ningún repartidor y esta puerta no se abre a ninguno.",
  ],
  tap: {
    driver: "Entrego un paquete",
    note: "Ha tocado la etiqueta. Los repartidores continúan en su propia aplicación; esta página no abre ninguna puerta.",
    none: "Ha tocado la etiqueta. Esta página no abre ninguna puerta.",
  },
  who: "Quién puede abrir esta puerta",
  nobody: "Ninguna empresa de reparto puede abrir esta puerta.",
  clearedBy: (vetters) => `Los antecedentes de cada repartidor los comprobó ${vetters}.`,
  onlyFor: (purposes) => `Solo para ${purposes}.`,
  since: "Desde cuándo",
  sinceWhen: (when) => `Estas reglas valen desde el ${when}.`,
  noPolicy:
    "La gente de este edificio aún no ha firmado ninguna regla, así que nadie puede abrirlo.",
  pending: (when) => `Las reglas cambian el ${when}. A partir de entonces:`,
  pendingNobody: "Ninguna empresa de reparto puede abrir esta puerta.",
  unchanged: "No hay ningún cambio anunciado.",
  presence: "Cómo demuestra el repartidor que está aquí",
  presenceOf: {
    nfc: "Tocando esta etiqueta con el teléfono. Sin eso, la puerta no se abre.",
    ble: "Tocando la etiqueta, o con un teléfono al alcance de la radio de la puerta: la radio es la más débil de las dos.",
    none: "Un teléfono que no puede tocar la etiqueta basta con que diga que está aquí. Eso no demuestra nada.",
  },
  parcel:
    "Y solo con un paquete en la mano que sea de aquí: su etiqueta debe ser una de las que anunció la empresa.",
  box: "La caja de esta puerta",
  boxOnline: "En línea ahora.",
  boxSilent: (when) =>
    `En silencio desde el ${when}. Mientras tanto, los repartidores usan el timbre.`,
  boxNeverSeen: "Todavía no ha dado señal. Los repartidores usan el timbre.",
  boxNone: "Ninguna caja atiende esta puerta.",
  buzzer: "El timbre sigue como está",
  buzzerStays:
    "El timbre, las llaves y la manija de dentro funcionan como siempre, con este sistema o sin él. Nada de esto puede impedir que alguien salga. Los residentes no necesitan cuenta, y sus entradas y salidas no se registran.",
  parties: "Quién participa",
  hostIs: (domain) => `El servidor de esta página es ${domain}.`,
  overlap: (domain, roles) => `${domain} es una sola parte con varias funciones: ${roles}.`,
  noOverlap:
    "El servidor, las empresas de reparto y quienes comprueban antecedentes son partes distintas.",
  roles: {
    host: "servidor",
    carrier: "empresa de reparto",
    vetter: "comprobación de antecedentes",
    app: "autor de la aplicación de los repartidores",
    witness: "testigo",
  },
  law: "Qué se guarda y por cuánto tiempo",
  lawTitles: {
    data: "Qué se registra",
    parties: "Quién más lo maneja",
    safeguards: "Cómo se protege",
    retention: "Cuánto tiempo se guarda",
    breach: "Si alguien accede sin permiso",
    destruction: "Cómo se destruye",
    people: "Cómo se añaden y se quitan personas",
  },
  lawTexts: ({ manager, host, carriers, vetters, apps, retentionDays, updates }) => ({
    data: "De los repartidores: un número que les dio quien comprobó sus antecedentes, la llave pública de su teléfono, la hora, la puerta y el resultado de cada intento, y qué paquetes de la lista llevaban. De los residentes: el rótulo de la vivienda y quién no quiere entregas adentro. Ni nombres de repartidores o residentes, ni ubicaciones, ni imágenes, ni números de seguimiento.",
    parties: `${list([`${host} (servidor)`, ...carriers.map((name) => `${name} (reparto)`), ...vetters.map((name) => `${name} (antecedentes)`), ...apps.map((name) => `${name} (aplicación de los repartidores)`)])}. Pida a cada una su propia política de privacidad.`,
    safeguards: `Lo que viaja va firmado, y los números de los paquetes van sellados para la puerta. Una puerta solo se abre cuando han firmado el edificio, quien comprobó los antecedentes, la empresa, el servidor y el teléfono del repartidor. No hay contraseñas que robar. ${updates ? "El programa de la caja solo se actualiza con la firma de al menos dos responsables." : "La caja no admite programas a distancia."}`,
    retention: `Las entradas se borran como máximo ${retentionDays} días después. El número y la llave de un repartidor se borran ${retentionDays} días después de su último uso.`,
    breach: `Quien lo note avisa a ${manager}. Se cambian las reglas del edificio para que las llaves afectadas dejen de valer, y se avisa sin demora a todas las personas afectadas.`,
    destruction:
      "Cada hora una tarea borra lo que ha llegado a su fin, en la base de datos y con ello en las copias posteriores.",
    people: `Los miembros firman juntos las reglas del edificio; un cambio se anuncia aquí antes de valer. A un repartidor se le añade con una credencial comprobada que caduca sola; a una empresa se la quita cambiando las reglas. Un residente se da de baja avisando a ${manager}; no se le pregunta el motivo.`,
  }),
  manager: "Preguntas y quejas",
  managedBy: (manager) => `De este edificio se ocupa ${manager}.`,
  contact: (contact) => `Puede comunicarse en ${contact}.`,
  identity: (bld) => `Identidad de este edificio, para las empresas de reparto: ${bld}`,
  unknown: [
    "Ninguna puerta tiene esta dirección",
    "Puede que hayan cambiado la etiqueta o que la dirección no esté completa. Busque una etiqueta más nueva en el timbre.",
    "Repartidores: usen el timbre. Administradores: la consola muestra la dirección de cada etiqueta.",
  ],
  and: " y ",
};

function list(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join("; ")} y ${last}`;
}
