import type { RefusalWords, Said } from "./refusal-words.ts";

const reload =
  "Vuelva a abrir la lista en la aplicación. Si sigue igual, toque el timbre y avise a su central.";
const dispatch = "Para esta entrega toque el timbre y avise a su central.";
const tapAgain = "Acerque el teléfono otra vez a la etiqueta.";
const notYours = "Usted no puede arreglarlo aquí. Toque el timbre.";
const who = ({ carrier }: Said) => carrier ?? "Esta empresa";
const whose = ({ domain }: Said) => domain ?? "quien firma";
const at = (text: string | undefined, before: string) =>
  text === undefined ? "" : `${before}${text}`;
const member = ({ field }: Said) => at(field, ": ");

const hours = (said: Said): string => {
  const now = at(said.localTime, "; son las ");
  return said.hours === undefined
    ? `A esta hora el edificio no recibe a ${said.carrier ?? "esta empresa"}${now}.`
    : `El edificio recibe a ${said.carrier ?? "esta empresa"} de ${said.hours.from} a ${said.hours.to}${now}.`;
};

/** The refusals in Spanish, written for people in the United States who read it first. */
export const refusalWordsEs: RefusalWords = {
  shape: [
    `La aplicación mandó algo que esta puerta no sabe leer. ${reload}`,
    (said) =>
      `Un documento no tiene la forma debida${member(said)}. Quien lo hizo debe mandar uno correcto.`,
  ],
  size: [
    `La aplicación mandó más de lo que esta puerta lee. ${reload}`,
    "Un documento es más largo de lo permitido y no se leyó nada de él.",
  ],
  alg: [
    `La llave de este teléfono no es de las que acepta la puerta. Inscriba el teléfono de nuevo. ${dispatch}`,
    "Un documento se firmó de una manera que su llave no permite.",
  ],
  typ: [
    `La aplicación mandó un documento en lugar de otro. ${reload}`,
    "Un documento dice ser de otra clase que la pedida.",
  ],
  "kid-unknown": [
    `La puerta no conoce a quien firmó esta entrega. ${dispatch}`,
    (said) =>
      `Un documento se firmó con una llave que ${whose(said)} no tiene en su lista. Pídale sus llaves actuales.`,
  ],
  sig: [
    `Una firma de esta entrega no vale. ${reload}`,
    "Una firma no corresponde a su documento: lo cambiaron o lo firmó otro.",
  ],
  "iss-mismatch": [
    `Los documentos nombran a uno y los firmó otro. ${dispatch}`,
    "Un documento nombra a una parte y lo firmó otra.",
  ],
  role: [
    `Aquí se usa una llave para lo que no es. ${dispatch}`,
    (said) =>
      `Una misma llave aparece en dos funciones, o firmó lo que no le toca${said.domain === undefined ? "" : ` (${said.domain})`}. Cada parte necesita llaves propias.`,
  ],
  "bld-mismatch": [
    "Esta entrega es para otro edificio. Revise la dirección.",
    "Un documento se hizo para otro edificio.",
  ],
  "not-yet": [
    (said) =>
      `Este permiso todavía no empieza${at(said.until, "; empieza: ")}. Vuelva entonces o toque el timbre.`,
    (said) => `Se mostró un documento antes de tiempo${at(said.until, "; empieza: ")}.`,
  ],
  expired: [
    `Este permiso ya venció. ${reload}`,
    (said) => `Se mostró un documento ya vencido${at(said.until, ": ")}.`,
  ],
  "too-long-lived": [
    `Los documentos de esta entrega duran más de lo permitido. ${dispatch}`,
    (said) =>
      `${said.domain ?? "Una parte"} firmó un documento que dura más de lo que puede durar.`,
  ],
  "policy-fork": [
    `Las reglas del edificio están en disputa. ${notYours}`,
    "Estas reglas no siguen a las anteriores. Abra las más nuevas y haga ahí su cambio.",
  ],
  "policy-rollback": [
    `Las reglas que tiene la puerta son más nuevas. ${notYours}`,
    "Estas reglas son más viejas que las que tiene la puerta.",
  ],
  "policy-expired": [
    `Las reglas del edificio vencieron y la puerta no recibe a ninguna empresa. ${notYours}`,
    (said) =>
      `Las reglas vencieron${at(said.until, ": ")}. Firme unas nuevas; mientras tanto no entra ninguna empresa.`,
  ],
  "policy-stale-offer": [
    `Las reglas nuevas del edificio llegaron tarde. ${notYours}`,
    "Estas reglas llegaron a la puerta después del último día previsto. Fírmelas otra vez con una fecha posterior.",
  ],
  "policy-objected": [
    `Hay una objeción a las reglas nuevas del edificio. ${notYours}`,
    "Un miembro se opone a estas reglas. Solo valen si firman todos los demás, y el plazo de aviso vuelve a empezar.",
  ],
  "notice-running": [
    `Las reglas del edificio aún no rigen. ${notYours}`,
    "Sigue corriendo el plazo de aviso de las primeras reglas de esta puerta.",
  ],
  "member-dup": [
    `Las reglas del edificio nombran dos veces a la misma persona. ${notYours}`,
    "Dos miembros, o dos de sus llaves, son el mismo. Nombre a cada uno una vez.",
  ],
  "quorum-members": [
    `A las reglas del edificio les falta una firma. ${notYours}`,
    "Firmaron muy pocos miembros. Un cambio necesita tantas personas como dicen las reglas.",
  ],
  "quorum-origins": [
    `A las reglas del edificio les falta una firma. ${notYours}`,
    "Todas las firmas vienen de páginas de una sola parte. Una debe venir de otra página o de una llave en papel.",
  ],
  "party-overlap": [
    `Las reglas del edificio nombran a uno donde hacen falta dos. ${notYours}`,
    "Una misma parte ocupa dos puestos que deben ir separados: servidor, aplicación, empresa, verificador, testigo o página de firma.",
  ],
  "entrance-unknown": [
    "Esta puerta no conoce esa entrada. Revise en qué edificio y en qué puerta está.",
    "Se nombra una entrada que estas reglas, o esta caja, no tienen.",
  ],
  "carrier-not-admitted": [
    (said) =>
      `Este edificio no recibe a ${said.carrier ?? "su empresa"} por esta puerta. Toque el timbre.`,
    (said) => `${who(said)} no está en la lista de esta puerta. Agréguela si debe estar.`,
  ],
  hours: [
    (said) =>
      `${hours(said)} ${said.until === undefined ? "" : `Vuelve a abrir: ${said.until}. `}Toque el timbre.`,
    hours,
  ],
  purpose: [
    "Esta puerta no se abre para ese tipo de visita. Toque el timbre.",
    (said) => `${who(said)} vino a algo para lo que las reglas no abren esta puerta.`,
  ],
  "limit-lifetime": [
    notYours,
    "Unas reglas pueden durar 400 días como máximo, del primero al último.",
  ],
  "limit-notice": [notYours, "El plazo de aviso es menor de 72 horas, o menor que el anterior."],
  "limit-release": [notYours, "Una puerta se puede liberar 10 segundos como máximo."],
  "limit-days": [
    "Con esta etiqueta ya se abrió esta puerta todos los días permitidos. Toque el timbre y avise a su central.",
    "Un paquete se usó más días de los que permiten las reglas (7 como máximo).",
  ],
  "limit-retry": [notYours, "Se permiten dos reintentos en 5 minutos como máximo."],
  "limit-stale": [
    notYours,
    "Una puerta puede estar sin noticias frescas entre 3 minutos y 12 horas.",
  ],
  "limit-releases": [
    notYours,
    "Las versiones del programa piden al menos dos firmas de tres; o no se nombra a nadie.",
  ],
  "limit-cap": [
    (said) =>
      `${who(said)} ya abrió las puertas de este edificio todas las veces que puede en esta hora. Espere o toque el timbre.`,
    (said) =>
      `${who(said)} llegó a su máximo de aperturas por hora. Si las entregas son reales, suba el número.`,
  ],
  "limit-handset": [
    "Este teléfono hizo demasiados intentos en esta hora. Espere o toque el timbre.",
    "Un teléfono hizo en una hora más intentos de los que permiten las reglas.",
  ],
  "limit-wrong-codes": [
    "Demasiadas etiquetas que no son de aquí. Esta lista ya no abre esta puerta; avise a su central.",
    "Un teléfono mostró todas las etiquetas equivocadas que se permiten. Su lista ya no abre esta puerta.",
  ],
  stale: [
    "Hace demasiado que esta puerta no tiene noticias de su registro y no recibe a ninguna empresa. Toque el timbre.",
    "La caja no tenía una hora fresca y segura. Volverá a abrir cuando oiga a su servidor y a los testigos.",
  ],
  "app-not-allowed": [
    `Este edificio no acepta la aplicación de este teléfono. ${dispatch}`,
    (said) =>
      `La aplicación del teléfono${said.domain === undefined ? "" : ` (${said.domain})`} no está en la lista de las reglas.`,
  ],
  "uv-missing": [
    "Esta puerta pide su dedo o su cara en cada apertura y su inscripción no lo tiene; avise a quien lo inscribió.",
    "Las reglas piden un dedo en cada apertura, y la credencial o la prueba de este teléfono no lo traen.",
  ],
  "webauthn-shape": [reload, "La respuesta de la llave de acceso no tiene la forma debida."],
  "webauthn-type": [
    reload,
    "La respuesta de la llave de acceso era para registrarse, no para firmar.",
  ],
  "webauthn-challenge": [reload, "La llave de acceso firmó algo distinto de lo pedido."],
  "webauthn-origin": [
    `Su llave de acceso se usó en una página que no es la de la aplicación. ${reload}`,
    "La llave de acceso firmó en otra página que la nombrada en las reglas o en la credencial.",
  ],
  "webauthn-cross-origin": [
    `Su llave de acceso se usó dentro de otra página. ${reload}`,
    "La llave de acceso firmó dentro de un marco de otro sitio.",
  ],
  "webauthn-rp": [reload, "La llave de acceso es de otro sitio que el nombrado."],
  "webauthn-up": [
    "Toque el teléfono cuando se lo pida y pruebe otra vez.",
    "Nadie tocó la llave de acceso.",
  ],
  "webauthn-uv": [
    "Ponga el dedo o la cara cuando el teléfono lo pida y pruebe otra vez.",
    "La llave de acceso no comprobó dedo, cara ni PIN.",
  ],
  "webauthn-credential": [reload, "Las reglas no nombran a ese miembro con esa llave."],
  "webauthn-signature": [reload, "La firma de la llave de acceso no corresponde a lo firmado."],
  "keyset-rollback": [
    `La puerta tiene llaves más nuevas que las del teléfono. ${reload}`,
    (said) => `Se ofreció una lista de llaves vieja de ${whose(said)} en lugar de una más nueva.`,
  ],
  "keyset-expired": [
    (said) => `Vencieron las llaves de ${whose(said)}. ${dispatch}`,
    (said) =>
      `Venció la lista de llaves de ${whose(said)}${at(said.until, ": ")}. Debe publicar otra.`,
  ],
  "key-too-new": [
    "Su credencial se firmó con una llave demasiado nueva: vale 72 horas después de publicada.",
    (said) => `Una llave de credenciales de ${whose(said)} lleva menos de 72 horas publicada.`,
  ],
  "contractor-limit": [
    `Su contratista no puede entregar aquí, o ya no en esta hora. ${dispatch}`,
    (said) =>
      `${who(said)} puso un límite a este contratista y ya se alcanzó: edificio, último día o aperturas por hora.`,
  ],
  "badge-missing": [
    "Este teléfono no muestra credencial. Termine su inscripción en la aplicación.",
    "Un teléfono vino sin la credencial que dice quién verificó a su conductor.",
  ],
  "badge-carrier": [
    `Su credencial es de otra empresa, o de un verificador que este edificio no acepta. ${dispatch}`,
    (said) =>
      `${who(said)} no puede usar aquí esa credencial: es de otra empresa o de un verificador que no está en la lista.`,
  ],
  "clearance-expired": [
    (said) => `Su verificación venció${at(said.until, ": ")}. Renuévela con quien lo verificó.`,
    (said) => `La verificación del conductor venció${at(said.until, ": ")}.`,
  ],
  "badge-mismatch": [
    `Esta lista de entregas se hizo para otra credencial. ${reload}`,
    "La lista de entregas nombra otra credencial que la mostrada.",
  ],
  "handset-mismatch": [
    "Esta entrega se dio a otro teléfono. Use ese, o pida a su central que la mande a este.",
    "Los documentos nombran otro teléfono que el que está en la puerta.",
  ],
  "not-sealed-here": [
    `Esta puerta no puede comprobar las etiquetas de esta entrega. ${dispatch}`,
    "La empresa selló esta lista para otras cajas. Cuando se cambia una caja, hay que mandarla de nuevo.",
  ],
  window: [
    (said) =>
      `Está fuera del horario de esta entrega${said.until === undefined ? "" : ` (${said.until})`}. Toque el timbre.`,
    "El horario que dio la empresa para esta entrega no ha empezado o ya pasó.",
  ],
  "grant-assignment": [
    `El permiso del servidor es para otra lista de entregas. ${reload}`,
    "El permiso del servidor nombra otra lista que la mostrada.",
  ],
  "grant-entrance": [
    "El permiso es para otra puerta de este edificio. Revise en qué puerta está.",
    "El permiso del servidor nombra otras puertas u otra caja.",
  ],
  "grant-wider": [
    `El servidor permitió más de lo que pidió su empresa. ${dispatch}`,
    "El permiso del servidor va más allá de la lista de la empresa, en tiempo o en paquetes. Pregunte por qué.",
  ],
  "log-proof": [
    "Este permiso no aparece en el registro público y la puerta no lo acepta. Toque el timbre.",
    "Un documento vino sin prueba de estar en el registro público. Sin ella aquí no se abre nada.",
  ],
  witnesses: [
    "Los testigos del registro no han confirmado este permiso. Espere un minuto o toque el timbre.",
    "Faltan testigos independientes: hacen falta más que el mínimo, cada uno con su propia llave.",
  ],
  "tap-mac": [
    `Eso no vino de la etiqueta de esta puerta. ${tapAgain}`,
    "El toque no vino de la etiqueta fijada a esta puerta, o la puerta no acepta esa señal de presencia.",
  ],
  "tap-seen": [
    `Ese toque ya se usó. ${tapAgain}`,
    "Se mostró un toque por segunda vez, o demasiado tarde.",
  ],
  "tap-other-entrance": [
    "Tocó la etiqueta de otra puerta. Toque la de la puerta que quiere abrir.",
    "La etiqueta tocada es de otra puerta que la pedida.",
  ],
  "ticket-expired": [
    `Pasó demasiado tiempo desde el toque. ${tapAgain}`,
    "Entre el toque y la etiqueta del paquete pasaron más de dos minutos, o cambiaron las reglas.",
  ],
  "ticket-used": [
    `Cada toque abre una vez. ${tapAgain}`,
    "Se mostró una segunda prueba para un mismo toque.",
  ],
  "ticket-limit": [
    "Demasiados teléfonos han tocado aquí a la vez. Espere dos minutos y vuelva a tocar.",
    "En esta puerta hay 64 toques que esperan su etiqueta, los máximos a la vez. Un toque caduca a los dos minutos.",
  ],
  "proof-binding": [
    `La aplicación confundió puerta, toque y entrega. ${tapAgain}`,
    "Una prueba nombra otros documentos, otra puerta u otro toque que los que la acompañan.",
  ],
  "proof-replayed": [
    `Esto ya se mandó y abre una sola vez. ${tapAgain}`,
    "La misma prueba llegó dos veces. La segunda no abre nada.",
  ],
  "code-unknown": [
    ({ left }) => {
      if (left === 0)
        return "Esta etiqueta no está en su lista para esta puerta, y era la última equivocada permitida: la lista ya no abre. Avise a su central.";
      const more =
        left === undefined ? "" : ` Equivocadas que quedan antes de que se le cierre: ${left}.`;
      return `Esta etiqueta no está en su lista para esta puerta.${more} Revise el paquete.`;
    },
    "Una etiqueta no es de esta lista y esta puerta, o su residente no quiere que se entre con ella.",
  ],
  "code-spent": [
    "Con esta etiqueta ya se abrió hoy esta puerta. Toque el timbre.",
    "La etiqueta de un paquete se usó otra vez después de abrir todas las veces que permiten las reglas.",
  ],
  "retry-exhausted": [
    "No quedan reintentos para esta etiqueta. Toque el timbre y diga que la puerta no se abrió.",
    "Un conductor hizo todos los reintentos permitidos. Revise la puerta: puede que no abra al liberarla.",
  ],
  stopped: [
    "Alguien detuvo esta entrega, este teléfono, esta empresa o esta puerta. Llame a su central; no espere aquí.",
    "Hay una orden de alto contra algo de lo que depende este intento. Quien la dio puede quitarla.",
  ],
  "stop-reach": [
    notYours,
    "Quien firmó esta orden de alto no puede detener eso, o no puede quitarla.",
  ],
  "stop-seq": [notYours, "Ya se conoce una orden más nueva de la misma parte."],
  button: [
    notYours,
    "La recuperación espera el botón de dentro de la caja, al empezar y al terminar.",
  ],
  waiting: [
    "El edificio está recuperando sus llaves y mientras tanto no recibe a ninguna empresa. Toque el timbre.",
    (said) =>
      `La recuperación espera 72 horas sin reinicio${at(said.until, ", hasta: ")}. Cualquier miembro puede vetarla.`,
  ],
  vetoed: [notYours, "Un miembro vetó la recuperación. Las reglas quedan como están."],
  "chain-gap": [notYours, "Faltan recibos de esta caja; el servidor los está pidiendo otra vez."],
  "chain-fork": [
    notYours,
    "Dos recibos distintos llevan el mismo número: hay otra caja con su llave, o un disco restaurado. Haga revisar la caja.",
  ],
  "receipt-sig": [notYours, "Un recibo no lleva la firma de la caja que nombra."],
  "state-rolled-back": [
    "La memoria de esta puerta fue retrasada y no recibe a ninguna empresa. Toque el timbre.",
    "La memoria de la caja es más vieja que lo que ya publicó. Queda cerrada hasta que se instale de nuevo.",
  ],
  "strike-fault": [
    "Todo está en orden, pero la cerradura no responde. Toque el timbre y avise al edificio.",
    "La caja no logra mover la cerradura de esta puerta. Llame al instalador; el timbre funciona como siempre.",
  ],
};
