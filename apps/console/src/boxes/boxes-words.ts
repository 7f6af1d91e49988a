import { defineMessages } from "@vestibule/ui";

export const boxesWords = defineMessages(
  {
    title: "Boxes",
    none: "No box yet",
    noneWhy: "Wire one across the buzzer's release, switch it on, and adopt it with its card.",
    online: "On the line",
    silent: (time: string) => `Silent since ${time}`,
    silentEver: "Not heard yet",
    adopted: "adopted",
    notAdopted: "not adopted",
    quarantined: "set apart",
    release: "Let it back in",
    releaseWhy: "Only once you have looked at the box, and its twin is off the line.",
    releaseConflict: "A twin of this box is still connected, or the host cannot tell yet.",
    software: (version: string) => `software ${version}`,
    waiting: (count: number) =>
      count === 0
        ? "No box without a building is connected to this host now."
        : count === 1
          ? "1 box without a building is connected to this host now."
          : `${count} boxes without a building are connected to this host now.`,
    nameless: (start: string) => `Box ${start}…`,
    adopt: "Find a box by its card",
    how: "Inside the box, under a seal that you break yourself, lies a card. Its secret tells your box from all others, and never leaves this page.",
    card: "The card's secret",
    cardWhy: "Scan the card's code, or type what is printed under it.",
    bad: "This is not a card's secret. It has at least 22 letters and digits.",
    scan: "Scan the card",
    stop: "Stop the camera",
    noCamera: "The camera cannot be used. Type the secret instead.",
    find: "Find its box",
    notFound: "No waiting box holds this card",
    notFoundWhy:
      "Switch the box on, give it a network, and wait a minute. If its light shows that it is connected, check what you typed.",
    found: "This is your box",
    foundWhy:
      "It proved that it holds the card's secret. It stands in the list of boxes now, with what comes next. This page keeps the secret until you load it anew.",
    unnamed: "Not yet in the policy",
    unnamedWhy:
      "A box obeys only a policy that names it. Its key and seal go into the next one, and the members sign that.",
    nameIt: "Name it in the policy",
    writeFirst: "Write the first policy",
    named: (from: string) =>
      `Named by a policy that takes effect ${from}. Adopt it then, with its card.`,
    scanAgain: "The policy in force names it. Scan its card below to adopt it.",
    away: "The box does not answer",
    awayWhy:
      "It is not connected now, or belongs to a building already. Switch it on, wait a minute, and try again.",
    do: "Adopt it for this building",
    busy: "Waiting for the box",
    refused: "The box refused",
    wrong: "The answer did not come from your box",
    wrongWhy:
      "Somebody between may have answered in its place. Do not use it; look at the box and its card.",
    done: "The box is yours",
    doneWhy: "It obeys this building's policy from now on, and the card has burned: destroy it.",
  },
  {
    title: "Cajas",
    none: "Todavía no hay cajas",
    noneWhy:
      "Conecte una al pulsador del portero automático, enciéndala y adóptela con su tarjeta.",
    online: "Conectada",
    silent: (time) => `En silencio desde ${time}`,
    silentEver: "Aún no se ha oído",
    adopted: "adoptada",
    notAdopted: "sin adoptar",
    quarantined: "apartada",
    release: "Readmitirla",
    releaseWhy: "Solo cuando haya mirado la caja y su gemela esté desconectada.",
    releaseConflict: "Una gemela de esta caja sigue conectada, o el servidor aún no lo sabe.",
    software: (version) => `programa ${version}`,
    waiting: (count) =>
      count === 0
        ? "Ahora no hay ninguna caja sin edificio conectada a este servidor."
        : count === 1
          ? "Ahora hay 1 caja sin edificio conectada a este servidor."
          : `Ahora hay ${count} cajas sin edificio conectadas a este servidor.`,
    nameless: (start) => `Caja ${start}…`,
    adopt: "Buscar una caja por su tarjeta",
    how: "Dentro de la caja, bajo un precinto que usted mismo rompe, hay una tarjeta. Su secreto distingue su caja de todas las demás y no sale de esta página.",
    card: "El secreto de la tarjeta",
    cardWhy: "Escanee el código de la tarjeta o escriba lo que está impreso debajo.",
    bad: "Esto no es el secreto de una tarjeta. Tiene al menos 22 letras y cifras.",
    scan: "Escanear la tarjeta",
    stop: "Parar la cámara",
    noCamera: "No se puede usar la cámara. Escriba el secreto.",
    find: "Buscar su caja",
    notFound: "Ninguna caja en espera tiene esta tarjeta",
    notFoundWhy:
      "Encienda la caja, dele red y espere un minuto. Si su luz indica que está conectada, revise lo que escribió.",
    found: "Esta es su caja",
    foundWhy:
      "Ha probado que tiene el secreto de la tarjeta. Ya está en la lista de cajas, con lo que falta. Esta página guarda el secreto hasta que la recargue.",
    unnamed: "Todavía no está en la política",
    unnamedWhy:
      "Una caja obedece solo a una política que la nombra. Su clave y su sello van en la siguiente, y los miembros la firman.",
    nameIt: "Nombrarla en la política",
    writeFirst: "Escribir la primera política",
    named: (from) =>
      `La nombra una política que entra en vigor ${from}. Adóptela entonces, con su tarjeta.`,
    scanAgain: "La política en vigor la nombra. Escanee abajo su tarjeta para adoptarla.",
    away: "La caja no responde",
    awayWhy:
      "No está conectada ahora, o ya es de un edificio. Enciéndala, espere un minuto e inténtelo de nuevo.",
    do: "Adoptarla para este edificio",
    busy: "Esperando a la caja",
    refused: "La caja se negó",
    wrong: "La respuesta no vino de su caja",
    wrongWhy: "Alguien puede haber respondido en su lugar. No la use; mire la caja y su tarjeta.",
    done: "La caja es suya",
    doneWhy:
      "Desde ahora obedece la política de este edificio, y la tarjeta ya no sirve: destrúyala.",
  },
);
