"""Adjectives and small words of the English-French corpus, as tables to be read."""

from seq2see.data.builtin.en_fr.tree import (
    AdjectiveEntry,
    DeterminerEntry,
    Features,
    Idiom,
    PronounEntry,
)

# English, English comparative, French m f mp fp, form before a vowel, kinds it can describe.
_BEFORE = """
small     smaller   petit petite petits petites             -       animal,thing,food,vehicle,path,building
big       bigger    grand grande grands grandes             -       animal,thing,vehicle,path,building
beautiful -         beau belle beaux belles                 bel     animal,thing,vehicle,path,building,town,text
new       -         nouveau nouvelle nouveaux nouvelles     nouvel  thing,vehicle,building,text,document
old       older     vieux vieille vieux vieilles            vieil   person,animal,thing,vehicle,building,text,town
young     younger   jeune jeune jeunes jeunes               -       person,animal
good      -         bon bonne bons bonnes                   -       food,text
bad       -         mauvais mauvaise mauvais mauvaises      -       food
long      longer    long longue longs longues               -       path,text,document
"""  # noqa: E501

_AFTER = """
red       -         rouge rouge rouges rouges               -       thing,vehicle
green     -         vert verte verts vertes                 -       thing,vehicle
blue      -         bleu bleue bleus bleues                 -       thing,vehicle
black     -         noir noire noirs noires                 -       thing,vehicle,animal
white     -         blanc blanche blancs blanches           -       thing,vehicle,animal
tired     -         fatigué fatiguée fatigués fatiguées     -       person,animal
sick      -         malade malade malades malades           -       person,animal
hungry    -         affamé affamée affamés affamées         -       person,animal
scared    -         effrayé effrayée effrayés effrayées     -       person,animal
happy     -         heureux heureuse heureux heureuses      -       person,animal
sad       -         triste triste tristes tristes           -       person,animal
weak      weaker    faible faible faibles faibles           -       person,animal
strong    stronger  fort forte forts fortes                 -       person,animal
lazy      -         paresseux paresseuse paresseux paresseuses - person,animal
dangerous -         dangereux dangereuse dangereux dangereuses - animal,path
wide      wider     large large larges larges               -       path
narrow    narrower  étroit étroite étroits étroites         -       path
dark      -         sombre sombre sombres sombres           -       path,building
expensive -         cher chère chers chères                 -       thing,vehicle
heavy     heavier   lourd lourde lourds lourdes             -       thing
difficult -         difficile difficile difficiles difficiles - text
interesting -       intéressant intéressante intéressants intéressantes - text,document
cold      -         froid froide froids froides             -       food
hot       -         chaud chaude chauds chaudes             -       food
modern    -         moderne moderne modernes modernes       -       building,vehicle
quiet     -         calme calme calmes calmes               -       path,town
French    -         français française français françaises  -       person,text,vehicle
Italian   -         italien italienne italiens italiennes   -       person,text,vehicle
German    -         allemand allemande allemands allemandes -       person,text,vehicle
European  -         européen européenne européens européennes - institution:outer
American  -         américain américaine américains américaines - institution:outer
African   -         africain africaine africains africaines -       institution:outer
Economic  -         économique économique économiques économiques - institution:inner
Industrial -        industriel industrielle industriels industrielles - institution:inner
Scientific -        scientifique scientifique scientifiques scientifiques - institution:inner
Agricultural -      agricole agricole agricoles agricoles   -       institution:inner
"""


def _adjectives(table: str, *, is_before: bool) -> tuple[AdjectiveEntry, ...]:
    entries = []
    for line in table.strip().splitlines():
        english, comparative, m, f, mp, fp, vowel, kinds = line.split()
        forms = (m, f, mp, fp)
        clean = (comparative.strip("-"), forms, vowel.strip("-"))
        entries.append(AdjectiveEntry(english, *clean, is_before, frozenset(kinds.split(","))))
    return tuple(entries)


ADJECTIVES = _adjectives(_BEFORE, is_before=True) + _adjectives(_AFTER, is_before=False)

REASONS_OF_THE_DOER = frozenset({"tired", "sick", "hungry", "scared", "sad", "weak", "lazy"})
"""*It was too ...* of whoever does not do it; none of these describes a thing."""

REASONS_OF_THE_THING = {
    "path": frozenset({"wide", "narrow", "long", "dangerous", "dark"}),
    "food": frozenset({"cold", "hot"}),
    "text": frozenset({"long", "difficult"}),
    "thing": frozenset({"expensive", "heavy", "big", "small"}),
    "vehicle": frozenset({"expensive", "big", "small"}),
}
"""*It was too ...* of what it was not done to, by kind; none of these describes the doer."""

THE = DeterminerEntry("the", ("le", "la", "les"), "both")
A = DeterminerEntry("a", ("un", "une", "des"), "singular")
SOME = DeterminerEntry("some", ("un", "une", "des"), "plural")
NOT_A = DeterminerEntry("a", ("de", "de", "de"), "singular")
NOT_ANY = DeterminerEntry("any", ("de", "de", "de"), "plural")
TWO = DeterminerEntry("two", ("deux", "deux", "deux"), "plural")
THREE = DeterminerEntry("three", ("trois", "trois", "trois"), "plural")
MY = DeterminerEntry("my", ("mon", "ma", "mes"), "both")
OUR = DeterminerEntry("our", ("notre", "notre", "nos"), "both")
YOUR = DeterminerEntry("your", ("votre", "votre", "vos"), "both")
THEIR = DeterminerEntry("their", ("leur", "leur", "leurs"), "both")
THIS = DeterminerEntry("this", ("ce", "cette", "ces"), "singular")
THESE = DeterminerEntry("these", ("ce", "cette", "ces"), "plural")

BEFORE_VOWEL = {
    "le": "l'",
    "la": "l'",
    "de": "d'",
    "ne": "n'",
    "je": "j'",
    "me": "m'",
    "que": "qu'",
    "ce": "cet",
    "ma": "mon",
}
"""What small French words turn into where the next word begins with a vowel."""

CONTRACTIONS = {
    ("de", "le"): "du",
    ("de", "les"): "des",
    ("à", "le"): "au",
    ("à", "les"): "aux",
}

I = PronounEntry(("I", "me"), "je", "me", "me", Features("m", plural=False, person=1))  # noqa: E741
YOU = PronounEntry(("you", "you"), "vous", "vous", "vous", Features("m", plural=False, person=2))
WE = PronounEntry(("we", "us"), "nous", "nous", "nous", Features("m", plural=True, person=1))
HE = PronounEntry(("he", "him"), "il", "le", "", Features("m", plural=False))
SHE = PronounEntry(("she", "her"), "elle", "la", "", Features("f", plural=False))
THEY = PronounEntry(("they", "them"), "ils", "les", "leur", Features("m", plural=True))
THEY_F = PronounEntry(("they", "them"), "elles", "les", "leur", Features("f", plural=True))
IT = PronounEntry(("it", "it"), "il", "le", "", Features("m", plural=False))
IT_F = PronounEntry(("it", "it"), "elle", "la", "", Features("f", plural=False))

IN = Idiom("in/1", "dans/1")
ON = Idiom("on/1", "sur/1")
BEHIND = Idiom("behind/1", "derrière/1")
BEFORE = Idiom("in/1 front/1 of/1", "devant/1")
NEAR = Idiom("near/1", "près/1 de/1")
OF = Idiom("of/1", "de/1")
ABOUT = Idiom("on/1", "sur/1")
TO = Idiom("to/1", "à/1")
FROM = Idiom("from/1", "de/1")

OFTEN = Idiom("often/1", "souvent/1")
ALWAYS = Idiom("always/1", "toujours/1")
SOMETIMES = Idiom("sometimes/1", "parfois/1")

TIMES_NOW = (
    Idiom("now/1", "maintenant/1"),
    Idiom("every/1 day/2", "tous/1 les/1 jours/2"),
    Idiom("every/1 morning/2", "tous/1 les/1 matins/2"),
    Idiom("every/1 week/2", "toutes/1 les/1 semaines/2"),
)
TIMES_PAST = (
    Idiom("yesterday/1", "hier/1"),
    Idiom("this/1 morning/2", "ce/1 matin/2"),
    Idiom("last/1 week/2", "la/1 semaine/2 dernière/1"),
    Idiom("last/1 month/2", "le/1 mois/2 dernier/1"),
    Idiom("last/1 year/2", "la/1 année/2 dernière/1"),
)

MONTHS = tuple(
    Idiom(f"{english}/1", f"{french}/1")
    for english, french in (
        ("January", "janvier"),
        ("February", "février"),
        ("March", "mars"),
        ("April", "avril"),
        ("May", "mai"),
        ("June", "juin"),
        ("July", "juillet"),
        ("August", "août"),
        ("September", "septembre"),
        ("October", "octobre"),
        ("November", "novembre"),
        ("December", "décembre"),
    )
)
YEARS = tuple(str(year) for year in range(1990, 2010))

AND = Idiom("and/1", "et/1")
COMMA_AND = Idiom(",/1 and/2", ",/1 et/2")
COMMA_BUT = Idiom(",/1 but/2", ",/1 mais/2")
BECAUSE = Idiom("because/1", "parce/1 que/1")
WHEN = Idiom("when/1", "quand/1")
THAT = Idiom("that/1", "que/1")
