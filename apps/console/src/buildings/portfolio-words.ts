import { defineMessages } from "@vestibule/ui";

export const portfolioWords = defineMessages(
  {
    title: "Buildings",
    add: "Add a building",
    exported: "Export as CSV",
    search: "Search by name or address",
    none: "No building yet",
    noneWhy: "Add the first one. Then name its doors, adopt its boxes and sign its policy.",
    noneReader: "Nobody has added a building yet. A manager or an owner of your organization can.",
    nowhere: "You belong to no organization",
    nowhereWhy: "Ask an owner for an invitation link.",
    noMatch: (search: string) => `No building matches “${search}”`,
    noMatchWhy: "Search for fewer words, or for a part of the street's name.",
    clear: "Show all",
    noDoor: "No door has a box yet",
    doorsWell: (doors: string) => `${doors}; every box is on the line`,
    doorsSilent: (silent: number, doors: number) =>
      silent === doors
        ? doors === 1
          ? "The only box is silent"
          : `All ${doors} boxes are silent`
        : `${silent} of ${doors} boxes ${silent === 1 ? "is" : "are"} silent`,
    first: "First page",
    form: {
      title: "Add a building",
      name: "Name",
      nameWhy: "As it stands over the door or in your papers, such as “The Linden”.",
      address: "Address",
      addressWhy: "Street, number, city, postal code. Carriers match their parcels to it.",
      tz: "Time zone",
      tzWhy: "Hours in the policy are those of this zone's clock.",
      do: "Add the building",
      busy: "Adding",
      claimed:
        "It counts as claimed until whoever runs this host has seen that you speak for it. Carriers find it only then.",
      missing: "Enter this.",
      badZone: "No such zone. Choose one from the list, such as America/New_York.",
    },
  },
  {
    title: "Edificios",
    add: "Añadir un edificio",
    exported: "Exportar como CSV",
    search: "Buscar por nombre o dirección",
    none: "Todavía no hay edificios",
    noneWhy: "Añada el primero. Luego nombre sus puertas, adopte sus cajas y firme su política.",
    noneReader:
      "Nadie ha añadido todavía un edificio. Puede hacerlo un administrador o propietario.",
    nowhere: "Usted no pertenece a ninguna organización",
    nowhereWhy: "Pida a un propietario un enlace de invitación.",
    noMatch: (search) => `Ningún edificio coincide con «${search}»`,
    noMatchWhy: "Busque menos palabras, o una parte del nombre de la calle.",
    clear: "Ver todos",
    noDoor: "Ninguna puerta tiene caja todavía",
    doorsWell: (doors) => `${doors}; todas las cajas están conectadas`,
    doorsSilent: (silent, doors) =>
      silent === doors
        ? doors === 1
          ? "La única caja está en silencio"
          : `Las ${doors} cajas están en silencio`
        : `${silent} de ${doors} cajas en silencio`,
    first: "Primera página",
    form: {
      title: "Añadir un edificio",
      name: "Nombre",
      nameWhy: "Como está sobre la puerta o en sus papeles, por ejemplo «The Linden».",
      address: "Dirección",
      addressWhy: "Calle, número, ciudad, código postal. Los transportistas buscan por ella.",
      tz: "Zona horaria",
      tzWhy: "Las horas de la política son las del reloj de esta zona.",
      do: "Añadir el edificio",
      busy: "Añadiendo",
      claimed:
        "Cuenta como reclamado hasta que quien lleva este servidor vea que usted responde por él. Solo entonces lo encuentran los transportistas.",
      missing: "Escriba esto.",
      badZone: "No existe esa zona. Elija una de la lista, como America/New_York.",
    },
  },
);
