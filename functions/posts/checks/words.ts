import { madeOnce } from '#shared/once.ts';

/**
 * Patterns by which rules recognize what a post is about, in English and German. They match a meaning, and prefer
 * missing a case to warning of a sentence that only contains the same words: a warning delays a post until a person has
 * time for it. Every repetition is bounded, so that a hostile text takes no longer than others.
 */

const blank = String.raw`\s{1,3}`;
const words = (most: number, least = 0): string => String.raw`(?:${blank}[\p{L}\p{N}'’$€£%-]{1,20}){${least},${most}}?`;
const wordStart = String.raw`(?<![\p{L}\p{N}_@#])`;
const wordEnd = String.raw`(?![\p{L}\p{N}_])`;
const any = (...said: string[]): string => `(?:${said.join('|')})`;
/** Where a sentence or a line begins. */
const sentence = String.raw`(?<=^|[.!?:\n]\s{0,3}|[\p{Emoji_Presentation}\uFE0F]\s{0,2})`;
/** Where a call to action can begin. */
const order = String.raw`(?<=^|[.!?:;,()\n•–—-]\s{0,3}|[\p{Emoji_Presentation}\uFE0F]\s{0,2}|(?<![\p{L}\p{N}_])(?:just|simply|please|then|and|must|bitte|einfach|und)\s{1,3}|[1-9][.)]\s{0,2})`;
const joint = any(
  String.raw`\s{0,2}[,&+/]\s{0,2}(?:(?:and|then|und)${blank})?`,
  String.raw`${blank}(?:and|then|und)${blank}(?:(?:just|then|dann)${blank})?`,
);

/** Words whose pattern V8 is slow to compile; it is used only on texts that may contain them. */
export interface Words {
  mayBeIn: (text: string) => boolean;
  pattern: () => RegExp;
}

interface Language {
  /** An act in a list of things to do. */
  item: string;
  /** An act that suffices without a list: "like" on its own is an ordinary word. */
  single: string;
  /** The reward, after the list. */
  purpose: string;
  /** The reward, before the list. */
  offer: string;
  /** Who is rewarded. */
  winners: string;
}

const who = any('us', 'me', String.raw`@\w{1,20}`, `(?:this|our)${blank}(?:account|page|profile|channel)`);
const post = `(?:pinned${blank})?(?:post|tweet|thread|video|page|photo|picture)`;
const thing = any(`(?:this|it)(?:${blank}${post})?${wordEnd}`, `(?:our|the|my)${blank}${post}`);
const contest = String.raw`(?:giveaway|raffle|prize${blank}draw|draw|contest|competition|sweepstakes?)`;
/** Wins in sports and in life, which are not prizes. */
const noPrize = String.raw`(?!${blank}(?:hearts?|over|back|more|friends|followers|big|at|(?:the|a|an|our|this|their|your)${words(2)}${blank}(?:cup|game|match|race|title|league|election|vote|war|day|argument|debate|trophy|final|finals|championship|medal|gold|points?|seat|tournament|series|future|fight|battle)${wordEnd}))`;
const prize = String.raw`(?:a|an|one|our|this|these|two|three|free|tickets|[$€£]?\d{1,6})`;

const english: Language = {
  item: any(
    `follow(?:${blank}${who})?`,
    `(?:re-?post|re-?tweet|rt|quote|share|like)(?:${blank}${thing})?`,
    `(?:comment|reply)(?:${blank}(?:below|here))?`,
    String.raw`tag${blank}(?:a|your|two|three|\d)${blank}(?:friends?|mates?|people)`,
  ),
  single: any(
    `follow(?:${blank}${who})?`,
    `(?:re-?post|re-?tweet|rt)(?:${blank}${thing})?`,
    `(?:quote|share|like)${blank}${thing}`,
  ),
  purpose: any(
    `(?:to|and|&)${blank}win${wordEnd}${noPrize}`,
    `(?:for|=)${blank}(?:a|your|the|one)${blank}chance${blank}(?:to${blank}win|of${blank}winning|at${blank}(?:winning|a))`,
    `(?:to|and)${blank}(?:have|get|stand|be${blank}in${blank}with)${blank}a${blank}chance${blank}(?:to${blank}win|of${blank}winning)`,
    `(?:to|and)${blank}(?:be|get)${blank}entered`,
    String.raw`to${blank}enter(?=\s{0,2}(?:$|[.!?,:;)\n]|\p{Emoji_Presentation})|${blank}to${blank}win|${words(4)}${blank}${contest}${wordEnd})`,
    `to${blank}(?:participate|take${blank}part)${blank}in${words(3)}${blank}${contest}`,
    String.raw`(?:to|and)${blank}(?:get|receive|earn|claim)${blank}(?:(?:a|an|one|your|our)${blank})?(?:free${wordEnd}|\d{1,3}\s?%\s{1,2}off|prize|reward|[$€£]\s?\d)`,
  ),
  offer: any(
    String.raw`${sentence}(?:(?!(?:we|i|they|he|she|had|have|won|no|not|last|the|why|how|what|without|after)${wordEnd})[\p{L}\p{N}'’$€£-]{1,20}${blank}){0,3}(?:giveaway|raffle|prize${blank}draw|sweepstakes?)(?:${blank}(?:time|alert))?\s{0,2}[!:–—\n\p{Emoji_Presentation}][^\p{L}\p{N}]{0,8}`,
    String.raw`${sentence}win${blank}${prize}${noPrize}${words(6, 1)}\s{0,2}[!:?.–—\n][^\p{L}\p{N}]{0,8}`,
    String.raw`${sentence}(?:want${blank})?to${blank}(?:enter|win${noPrize})(?:${blank}${prize})?${words(6)}\s{0,2}[,:?–—\n][^\p{L}\p{N}]{0,8}`,
    String.raw`${wordStart}(?:for|want)${blank}(?:a|your)${blank}chance${blank}(?:to${blank}win|of${blank}winning)${noPrize}${words(6)}\s{0,2}[,:?–—\n][^\p{L}\p{N}]{0,8}`,
    String.raw`${sentence}we(?:['’]re|${blank}are)${blank}giving${blank}away${blank}${prize}${words(6, 1)}\s{0,2}[!:.–—\n][^\p{L}\p{N}]{0,8}`,
    String.raw`${sentence}how${blank}to${blank}(?:enter|win)\s{0,2}[:?–—\n][^\p{L}\p{N}]{0,8}`,
  ),
  winners: any(
    `winners?${words(4)}${blank}(?:from|among|amongst)${blank}(?:all|everyone|everybody|those|anyone)(?:${blank}of${blank}you)?${blank}who${words(2)}${blank}(?:follow|re-?post|re-?tweet|rt|like|share)(?:s|ed|d)?${wordEnd}`,
    String.raw`(?:everyone|everybody|anyone|whoever)(?:${blank}who)?${blank}(?:follow|re-?post|re-?tweet|like|share)s${blank}(?:${who}|${thing})(?:${words(3)}),?${blank}(?:will${blank})?(?:gets?|wins?|receives?)${blank}(?:a|an|one|free|[$€£]?\d)`,
    `(?:enter|win${noPrize})${words(8)}${blank}by${blank}(?:(?:just|simply)${blank})?(?:following${blank}${who}|(?:re-?posting|re-?tweeting|liking|sharing|quoting)${blank}${thing})`,
    `all${blank}you${blank}(?:have|need)${blank}to${blank}do${blank}to${blank}(?:enter|win)${words(5)}${blank}is${blank}(?:follow${blank}${who}|(?:re-?post|re-?tweet|like|share)${blank}${thing})`,
    String.raw`(?:get|earn|pay${blank}you|give${blank}you)${blank}[$€£]\s?\d{1,6}${blank}(?:for|per)${blank}(?:every|each)${blank}(?:follow|re-?post|re-?tweet|rt|like|share)`,
  ),
};

const wem = any('uns', 'mir', String.raw`@\w{1,20}`, `(?:diesem|unserem)${blank}(?:account|profil|kanal)`);
const beitrag = `(?:diesen|dieses|den|unseren|das)${blank}(?:post|beitrag|tweet|thread|video|bild)`;
const german: Language = {
  item: any(
    `folg(?:e|t|en)(?:${blank}${wem})?`,
    `(?:re-?post(?:e|et|en)?|re-?tweete?[nt]?|lik(?:e|et|en|t)|teil(?:e|t|en))(?:${blank}${beitrag})?`,
    'kommentier(?:e|t|en)',
    `markier(?:e|t|en)${blank}(?:einen?|eure|deine|zwei)${blank}freund(?:e|in)?`,
  ),
  single: any(
    `folgt?e?${blank}${wem}`,
    `(?:re-?poste|re-?postet|re-?tweetet?)(?:${blank}${beitrag})?`,
    `(?:lik(?:e|et|t)|teilt?e?)${blank}${beitrag}`,
  ),
  purpose: any(
    `und${blank}(?:gewinne|gewinnt)${wordEnd}(?!${blank}(?:den|das|die)${blank})`,
    `und${blank}(?:mit${blank}(?:etwas${blank})?glück${blank})?(?:eine?n?|zwei|drei)${words(4, 1)}${blank}gewinnen`,
    String.raw`(?:,${blank})?um${words(6)}${blank}(?:zu${blank}gewinnen|teilzunehmen)`,
    `für${blank}(?:die|eine)${blank}chance${blank}auf`,
  ),
  offer: any(
    String.raw`${sentence}(?:(?:unser|neues|großes|kleines|unsere|neue|große)${blank}){0,2}(?:gewinnspiel|verlosung)\s{0,2}[!:–—\n\p{Emoji_Presentation}][^\p{L}\p{N}]{0,8}`,
    String.raw`${sentence}(?:um${blank}(?:teilzunehmen|zu${blank}gewinnen)|zum${blank}(?:teilnehmen|mitmachen)|so${blank}(?:nehmt|nimmst)${blank}(?:ihr|du)${blank}teil|teilnahme)\s{0,2}[,:–—\n][^\p{L}\p{N}]{0,8}`,
    String.raw`${sentence}gewinnt?e?${blank}(?:eine?n?|zwei|drei|\d{1,4})${words(6, 1)}\s{0,2}[:!–—\n][^\p{L}\p{N}]{0,8}`,
  ),
  winners: String.raw`unter${blank}allen,?${blank}die${words(5)}${blank}(?:folgen|re-?posten|re-?tweeten|liken|teilen)`,
};

/** What can come between an offer and the acts. */
const lead = String.raw`(?:(?:just|simply|please|bitte|einfach|all${blank}you${blank}(?:have|need)${blank}to${blank}do(?:${blank}is)?|(?:how${blank})?to${blank}(?:enter|win)|[1-9])[^\p{L}\p{N}@]{1,6}){0,3}`;
/** How the acts end, if nothing else follows: "follow us for news" continues. */
const done = String.raw`(?=\s{0,2}(?:$|[.!?;,)\n&+]|\p{Emoji_Presentation})|${blank}(?:and|und|by|before|until|bis|with|mit|using|below|now|today|then|jetzt|or)${wordEnd})`;

const engagementIn = ({ item, single, purpose, offer, winners }: Language): string => {
  const acts = any(`(?:${item}${joint}){1,4}${item}`, single);
  return any(
    String.raw`${order}${acts}(?:${blank}(?:below|now|today|here|jetzt))?(?:${blank}|(?=,))${purpose}${wordEnd}`,
    `${offer}${lead}${acts}${wordEnd}${done}`,
    `${wordStart}${winners}${wordEnd}`,
  );
};

/** The acts: each match of `payToEngage` contains one of these. */
const act = /follow|re-?post|re-?tweet|rt|quot|shar|lik|comment|reply|tag|folg|teil|kommentier|markier/iu;
/** The rewards: each match contains one of these as well. */
const reward =
  /win|chance|enter|participate|take\s{1,3}part|free|off|prize|reward|[$€£]|giveaway|raffle|sweepstake|giving|gets?|receive|earn|claim|gewinn|teil|verlosung|mitmachen|unter\s{1,3}allen/iu;

/** Follows, reposts or likes in return for a prize. V8 takes 100 ms to compile the pattern. */
export const payToEngage: Words = {
  mayBeIn: (text) => act.test(text) && reward.test(text),
  pattern: madeOnce(() => new RegExp(any(engagementIn(english), engagementIn(german)), 'giu')),
};

/** Each match of `promotion` contains one of these. */
const paid = /ad|sponsor|paid|anzeige|werbung|bezahlt|affiliate/iu;

/** Marks by which advertisers disclose a paid post; not words for talking about advertising. */
export const promotion: Words = {
  mayBeIn: (text) => paid.test(text),
  pattern: madeOnce(() => new RegExp(advertised, 'giu')),
};

const advertised = any(
  `#(?:ad|advert|sponsored|sponsoredpost|paidpartnership|paidpromotion|anzeige|werbung|bezahltewerbung|bezahltepartnerschaft)${wordEnd}`,
  String.raw`(?<=^[\s([]{0,2})(?:ad|advertisement|sponsored|paid${blank}partnership|anzeige|werbung)(?=\s{0,2}[:|)\]–—-])`,
  `${wordStart}paid${blank}(?:partnership|promotion)(?=${blank}(?:with|for))`,
  String.raw`(?<=(?:^|[\n(\[]|this${blank}(?:post|thread|video|tweet)${blank}is${blank}))sponsored${blank}by${wordEnd}`,
  String.raw`(?<=${wordStart}(?:contains?|holds?|has|have|with|includes?|uses?|are|is${blank}an)${blank})(?:affiliate${blank}links?|paid${blank}promotion)${wordEnd}`,
  `${wordStart}bezahlte[rn]?${blank}(?:partnerschaft|kooperation|werbung)(?=${blank}(?:mit|für))`,
  `(?<=${wordStart}enthält${blank})(?:bezahlte${blank})?(?:werbung|affiliate-links?)${wordEnd}`,
);

/** Services whose links do not show their target; not within another address. */
export const shorteners: Words = {
  mayBeIn: (text) => text.includes('/'),
  pattern: madeOnce(
    () =>
      /(?<![\p{L}\p{N}_./=-])(?:https?:\/\/)?(?:www\.)?(?:bit\.ly|tinyurl\.com|goo\.gl|ow\.ly|is\.gd|buff\.ly|rebrand\.ly|cutt\.ly|shorturl\.at|amzn\.to|geni\.us|rb\.gy|t\.ly)\/[^\s]+/giu,
  ),
};
