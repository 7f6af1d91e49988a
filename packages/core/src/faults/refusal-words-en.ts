import type { RefusalWords, Said } from "./refusal-words.ts";

const reload = "Open the app's list again. If it stays, use the buzzer and tell dispatch.";
const dispatch = "Use the buzzer for this one and tell dispatch.";
const tapAgain = "Tap the sticker again.";
const notYours = "Nothing you can mend here. Use the buzzer.";
const who = ({ carrier }: Said) => carrier ?? "This carrier";
const whose = ({ domain }: Said) => domain ?? "the signer";
const at = (text: string | undefined, before: string) =>
  text === undefined ? "" : `${before}${text}`;
const member = ({ field }: Said) => at(field, ": ");

const hours = (said: Said): string => {
  const now = at(said.localTime, "; it is ");
  return said.hours === undefined
    ? `The building does not admit ${said.carrier ?? "this carrier"} at this hour${now}.`
    : `The building admits ${who(said)} from ${said.hours.from} to ${said.hours.to}${now}.`;
};

/** The refusals in English. */
export const refusalWordsEn: RefusalWords = {
  shape: [
    `The app sent something this door cannot read. ${reload}`,
    (said) =>
      `A paper does not have the form it must have${member(said)}. Its maker must send a right one.`,
  ],
  size: [
    `The app sent more than this door reads. ${reload}`,
    "A paper is larger than its kind may be, so nothing in it was read.",
  ],
  alg: [
    `This phone's key is of a kind the door does not take. Enroll the phone again. ${dispatch}`,
    "A paper was signed in a way that its key does not allow.",
  ],
  typ: [
    `The app sent one paper in another's place. ${reload}`,
    "A paper says it is of another kind than the one asked for.",
  ],
  "kid-unknown": [
    `The door does not know who signed this delivery. ${dispatch}`,
    (said) =>
      `A paper was signed with a key that ${whose(said)} does not list. Ask them for their present keys.`,
  ],
  sig: [
    `A signature on this delivery does not hold. ${reload}`,
    "A signature does not fit its paper: the paper was changed, or somebody else signed it.",
  ],
  "iss-mismatch": [
    `This delivery's papers name another sender than the one who signed. ${dispatch}`,
    "A paper names one party and was signed by another.",
  ],
  role: [
    `A key is used here for something it is not for. ${dispatch}`,
    (said) =>
      `One key appears in two roles, or signed what is not its task${said.domain === undefined ? "" : ` (${said.domain})`}. Each party needs keys of its own.`,
  ],
  "bld-mismatch": [
    "This delivery is for another building. Check the address.",
    "A paper was made for another building.",
  ],
  "not-yet": [
    (said) =>
      `This permission has not begun${at(said.until, "; it begins at ")}. Come back then, or use the buzzer.`,
    (said) => `A paper was shown before its time${at(said.until, "; it begins at ")}.`,
  ],
  expired: [
    `This permission has run out. ${reload}`,
    (said) => `A paper was shown after its end${at(said.until, ", ")}.`,
  ],
  "too-long-lived": [
    `This delivery's papers run longer than any may. ${dispatch}`,
    (said) => `${said.domain ?? "A party"} signed a paper that lives longer than its kind may.`,
  ],
  "policy-fork": [
    `The building's rules are in dispute. ${notYours}`,
    "This policy does not follow from the one before it. Load the newest and make your change again.",
  ],
  "policy-rollback": [
    `The building's rules on this door are newer. ${notYours}`,
    "This policy is older than the one the door holds.",
  ],
  "policy-expired": [
    `The building's rules have run out, so the door admits no carrier. ${notYours}`,
    (said) =>
      `The policy ended${at(said.until, " on ")}. Sign a new one; until then the door admits no carrier.`,
  ],
  "policy-stale-offer": [
    `The building's new rules came too late to count. ${notYours}`,
    "This policy reached the door after the day by which it had to. Sign it again with a later day.",
  ],
  "policy-objected": [
    `A change of the building's rules is being disputed. ${notYours}`,
    "A member objects to this policy. It counts only when all other members sign, and its notice starts again.",
  ],
  "notice-running": [
    `The building's rules are not in force yet. ${notYours}`,
    "The notice period of this door's first policy still runs.",
  ],
  "member-dup": [
    `The building's rules name one person twice. ${notYours}`,
    "Two members, or two of their keys, are the same. Name each once.",
  ],
  "quorum-members": [
    `The building's rules lack a signature. ${notYours}`,
    "Too few members signed. A change needs as many people as the policy says.",
  ],
  "quorum-origins": [
    `The building's rules lack a signature. ${notYours}`,
    "All signatures came from pages of one party. One must come from another page, or from a paper key.",
  ],
  "party-overlap": [
    `The building's rules name one party where two are needed. ${notYours}`,
    "One party sits in two seats that must be apart: host, app, carrier, vetter, witness or signing page.",
  ],
  "entrance-unknown": [
    "This door does not know that entrance. Check which building and door you are at.",
    "A paper or policy names an entrance that this policy, or this box, does not have.",
  ],
  "carrier-not-admitted": [
    (said) =>
      `This building does not admit ${said.carrier ?? "your carrier"} at this door. Use the buzzer.`,
    (said) => `${who(said)} is not on the policy's list for this door. Add it if it should be.`,
  ],
  hours: [
    (said) =>
      `${hours(said)} ${said.until === undefined ? "" : `It opens again ${said.until}. `}Use the buzzer.`,
    hours,
  ],
  purpose: [
    "This door is not open for that kind of visit. Use the buzzer.",
    (said) => `${who(said)} came for a purpose that the policy does not open this door for.`,
  ],
  "limit-lifetime": [
    notYours,
    "A policy may live 400 days at most, from its first day to its last.",
  ],
  "limit-notice": [
    notYours,
    "The notice period is shorter than 72 hours, or than the one it replaces.",
  ],
  "limit-release": [notYours, "A door may be released for 10 seconds at most."],
  "limit-days": [
    "This label has opened this door on as many days as it may. Use the buzzer and tell dispatch.",
    "A parcel was used on more days than the policy allows (7 at most).",
  ],
  "limit-retry": [notYours, "A policy may allow two retries within 5 minutes at most."],
  "limit-stale": [
    notYours,
    "The time a door may go without fresh state must be 3 minutes to 12 hours.",
  ],
  "limit-releases": [
    notYours,
    "Software releases need at least two of three signers, or none may be named.",
  ],
  "limit-cap": [
    (said) =>
      `${who(said)} has opened this building's doors as often as it may this hour. Wait, or use the buzzer.`,
    (said) =>
      `${who(said)} reached its openings per hour. If the deliveries are real, raise the number.`,
  ],
  "limit-handset": [
    "This phone has tried too often this hour. Wait, or use the buzzer.",
    "One phone tried more often in an hour than the policy allows.",
  ],
  "limit-wrong-codes": [
    "Too many labels that do not belong here. This list of deliveries opens this door no more; tell dispatch.",
    "One phone showed as many wrong labels as the policy allows. Its assignment is shut at this door.",
  ],
  stale: [
    "This door has had no fresh word from its log for too long, so it admits no carrier. Use the buzzer.",
    "The box had no trusted, fresh time. It opens again when it hears from its host and witnesses.",
  ],
  "app-not-allowed": [
    `This building does not admit the app on this phone. ${dispatch}`,
    (said) =>
      `The phone's app${said.domain === undefined ? "" : ` (${said.domain})`} is not on the policy's list.`,
  ],
  "uv-missing": [
    "This door asks for your finger or face at each opening. Your enrollment lacks it; tell whoever enrolled you.",
    "The policy asks for a finger at each opening, and this phone's badge or proof has none.",
  ],
  "webauthn-shape": [reload, "The passkey's answer does not have the form it must have."],
  "webauthn-type": [reload, "The passkey's answer was made for registering, not for signing."],
  "webauthn-challenge": [reload, "The passkey signed something else than what was asked."],
  "webauthn-origin": [
    `Your passkey was used on another page than the app's. ${reload}`,
    "The passkey signed on another page than the one named in the policy or badge.",
  ],
  "webauthn-cross-origin": [
    `Your passkey was used inside another page. ${reload}`,
    "The passkey signed inside a frame of another site.",
  ],
  "webauthn-rp": [reload, "The passkey belongs to another site than the one named."],
  "webauthn-up": ["Touch the phone when it asks, then try again.", "Nobody touched the passkey."],
  "webauthn-uv": [
    "Show your finger or face when the phone asks, then try again.",
    "The passkey did not check a finger, face or PIN.",
  ],
  "webauthn-credential": [reload, "The policy lists no such member with such a key."],
  "webauthn-signature": [reload, "The passkey's signature does not fit what was signed."],
  "keyset-rollback": [
    `The door holds newer keys than the phone shows. ${reload}`,
    (said) => `An older list of keys of ${whose(said)} was offered in place of a newer one.`,
  ],
  "keyset-expired": [
    (said) => `The keys of ${whose(said)} have run out. ${dispatch}`,
    (said) =>
      `The list of keys of ${whose(said)} ended${at(said.until, " on ")}. They must publish a new one.`,
  ],
  "key-too-new": [
    "Your badge was signed with a key that is too new: it counts 72 hours after it was made public.",
    (said) => `A badge key of ${whose(said)} has been public for less than 72 hours.`,
  ],
  "contractor-limit": [
    `Your contractor may not deliver here, or no more this hour. ${dispatch}`,
    (said) =>
      `${who(said)} set a limit for this contractor, and it is reached: building, last day, or openings per hour.`,
  ],
  "badge-missing": [
    "This phone shows no badge. Finish your enrollment in the app.",
    "A phone came without the badge that says who vetted its driver.",
  ],
  "badge-carrier": [
    `Your badge is for another carrier, or from a vetter this building does not take. ${dispatch}`,
    (said) =>
      `The badge is not one that ${who(said)} may use here: other carrier, or a vetter not on the policy's list.`,
  ],
  "clearance-expired": [
    (said) => `Your clearance ended${at(said.until, " on ")}. Renew it with whoever vetted you.`,
    (said) => `The driver's clearance ended${at(said.until, " on ")}.`,
  ],
  "badge-mismatch": [
    `This list of deliveries was made for another badge. ${reload}`,
    "The assignment names another badge than the one shown.",
  ],
  "handset-mismatch": [
    "This delivery was given to another phone. Use that phone, or ask dispatch to send it to this one.",
    "The papers name another phone than the one at the door.",
  ],
  "not-sealed-here": [
    `This door cannot test the labels of this delivery. ${dispatch}`,
    "The carrier sealed this assignment to other boxes. After a box is replaced, carriers must send anew.",
  ],
  window: [
    (said) =>
      `You are outside the time of this delivery${said.until === undefined ? "" : ` (${said.until})`}. Use the buzzer.`,
    "The carrier's time window for this delivery has not begun or is over.",
  ],
  "grant-assignment": [
    `The host's permission is for another list of deliveries. ${reload}`,
    "The host's grant names another assignment than the one shown.",
  ],
  "grant-entrance": [
    "The permission is for another door of this building. Check which door you are at.",
    "The host's grant names other doors, or another box.",
  ],
  "grant-wider": [
    `The host allowed more than your carrier asked. ${dispatch}`,
    "The host's grant goes beyond the carrier's assignment in time or parcels. Ask the host why.",
  ],
  "log-proof": [
    "This permission is not shown in the public log, so the door does not take it. Use the buzzer.",
    "A paper came without proof that it is in the public log. Without it nothing opens here.",
  ],
  witnesses: [
    "The log's witnesses have not confirmed this permission. Wait a minute, or use the buzzer.",
    "Too few independent witnesses: a policy needs more than its quorum, and each with its own key.",
  ],
  "tap-mac": [
    `That was no tap of this door's sticker. ${tapAgain}`,
    "A tap did not come from the sticker pinned to this door, or this door takes no such sign of presence.",
  ],
  "tap-seen": [
    `This tap was used before. ${tapAgain}`,
    "A tap was shown a second time, or too late.",
  ],
  "tap-other-entrance": [
    "You tapped another door's sticker. Tap the one at the door you want.",
    "The sticker tapped belongs to another door than the one asked for.",
  ],
  "ticket-expired": [
    `Too long since the tap. ${tapAgain}`,
    "More than two minutes lay between tap and label, or the rules changed in between.",
  ],
  "ticket-used": [`Each tap opens once. ${tapAgain}`, "A second proof was shown for one tap."],
  "ticket-limit": [
    "Too many phones have tapped here at once. Wait two minutes, then tap again.",
    "64 taps at this door wait for their labels, as many as may at once. A tap lapses after two minutes.",
  ],
  "proof-binding": [
    `The app mixed up door, tap and delivery. ${tapAgain}`,
    "A proof names other papers, another door or another tap than those it came with.",
  ],
  "proof-replayed": [
    `This was sent before and opens once. ${tapAgain}`,
    "The same proof came twice. The second time it opens nothing.",
  ],
  "code-unknown": [
    ({ left }) => {
      if (left === 0)
        return "This label is not on your list for this door, and it was one too many: the list opens this door no more. Tell dispatch.";
      const more = left === undefined ? "" : ` Wrong labels left before it shuts to you: ${left}.`;
      return `This label is not on your list for this door.${more} Check the parcel.`;
    },
    "A label does not belong to this assignment and door, or its resident opted out.",
  ],
  "code-spent": [
    "This label has already opened this door today. Use the buzzer.",
    "A parcel's label was used again after it had opened this door as often as the policy allows.",
  ],
  "retry-exhausted": [
    "No more retries for this label. Use the buzzer and tell the building the door did not open.",
    "A driver retried as often as the policy allows. Look at the door: it may not open when released.",
  ],
  stopped: [
    "Somebody has stopped this delivery, phone, carrier or door. Call dispatch; do not wait here.",
    "A stop stands against something this attempt rests on. Whoever set it can lift it.",
  ],
  "stop-reach": [notYours, "Whoever signed this stop may not stop that, or may not lift it."],
  "stop-seq": [notYours, "A newer stop or lifting by the same signer is already known."],
  button: [
    notYours,
    "The recovery waits for the button inside the box, pressed at its start and at its end.",
  ],
  waiting: [
    "The building is recovering its keys; the door admits no carrier until then. Use the buzzer.",
    (said) =>
      `The recovery waits 72 hours without a restart${at(said.until, ", until ")}. Any member can veto it.`,
  ],
  vetoed: [notYours, "A member vetoed the recovery. The rules stay as they are."],
  "chain-gap": [notYours, "Receipts of this box are missing; the host is asking for them again."],
  "chain-fork": [
    notYours,
    "Two different receipts bear one number: a second box with its key, or a disk put back. Have the box looked at.",
  ],
  "receipt-sig": [notYours, "A receipt does not bear the signature of the box it names."],
  "state-rolled-back": [
    "This door's memory was set back, so it admits no carrier. Use the buzzer.",
    "The box's memory is older than what it has published. It stays shut until it is commissioned again.",
  ],
  "strike-fault": [
    "All is in order, but the door's lock does not answer. Use the buzzer and tell the building.",
    "The box cannot drive this door's strike. Call the installer; the buzzer works as ever.",
  ],
};
