"""Verbs of the English-French corpus, as a table to be read.

Each line: English plain form, third person, past and particle; French infinitive, present (je, il,
nous, vous, ils), participle and preposition; kinds of subject; kinds of object; notes. ``-`` is
none. Notes: ``être`` (its auxiliary), ``now`` (no past: French would need the imperfect), ``where``
(a place can follow), ``to-whom`` (takes a recipient), ``motion``, ``origin`` and ``home`` (what
place must follow), ``no-pronoun`` (its object cannot be a pronoun before the verb), ``that``
(takes a sentence), ``act`` (what is done to documents).
"""

from seq2see.data.builtin.en_fr.tree import ModalEntry, VerbEntry

_VERBS = """
see sees saw -           | voir vois voit voyons voyez voient vu -                       | animate | person,animal,thing,vehicle,building | where
find finds found -       | trouver trouve trouve trouvons trouvez trouvent trouvé -      | animate | thing,animal,food                    | where
like likes liked -       | aimer aime aime aimons aimez aiment aimé -                    | animate | person,animal,food                   | now
help helps helped -      | aider aide aide aidons aidez aident aidé -                    | person  | person,animal                        | -
look looks looked for    | chercher cherche cherche cherchons cherchez cherchent cherché - | animate | animal,thing,food                  | where
wait waits waited for    | attendre attends attend attendons attendez attendent attendu - | animate | person,vehicle                      | where
listen listens listened to | écouter écoute écoute écoutons écoutez écoutent écouté -    | animate | person                               | -
chase chases chased -    | poursuivre poursuis poursuit poursuivons poursuivez poursuivent poursuivi - | animal | person,animal         | where
eat eats ate -           | manger mange mange mangeons mangez mangent mangé -            | animate | food                                 | where
buy buys bought -        | acheter achète achète achetons achetez achètent acheté -      | person  | thing,vehicle,food,text              | -
lose loses lost -        | perdre perds perd perdons perdez perdent perdu -              | person  | thing                                | where
read reads read -        | lire lis lit lisons lisez lisent lu -                         | person  | text,document                        | where
write writes wrote -     | écrire écris écrit écrivons écrivez écrivent écrit -          | person  | text,document                        | -
cross crosses crossed -  | traverser traverse traverse traversons traversez traversent traversé - | animate | path                        | -
visit visits visited -   | visiter visite visite visitons visitez visitent visité -      | person  | building,town                        | -
clean cleans cleaned -   | nettoyer nettoie nettoie nettoyons nettoyez nettoient nettoyé - | person | building,vehicle                    | -
obey obeys obeyed -      | obéir obéis obéit obéissons obéissez obéissent obéi à         | animate | person                               | dative
talk talks talked about  | parler parle parle parlons parlez parlent parlé de            | person  | person,animal,text,document          | no-pronoun
think thinks thought about | penser pense pense pensons pensez pensent pensé à           | person  | person,animal,text                   | no-pronoun
give gives gave -        | donner donne donne donnons donnez donnent donné -             | person  | thing,food                           | to-whom
show shows showed -      | montrer montre montre montrons montrez montrent montré -      | person  | thing,text,vehicle                   | to-whom
sell sells sold -        | vendre vends vend vendons vendez vendent vendu -              | person  | thing,food,vehicle                   | to-whom
sleep sleeps slept -     | dormir dors dort dormons dormez dorment dormi -               | animate | -                                    | where
work works worked -      | travailler travaille travaille travaillons travaillez travaillent travaillé - | person | -                      | where
sing sings sang -        | chanter chante chante chantons chantez chantent chanté -      | person  | -                                    | where
arrive arrives arrived - | arriver arrive arrive arrivons arrivez arrivent arrivé -      | animate | -                                    | être
leave leaves left -      | partir pars part partons partez partent parti -               | animate | -                                    | être
fall falls fell -        | tomber tombe tombe tombons tombez tombent tombé -             | animate | -                                    | être,where
go goes went -           | aller vais va allons allez vont allé -                        | person  | -                                    | être,motion
come comes came -        | venir viens vient venons venez viennent venu -                | person  | -                                    | être,origin
live lives lived -       | habiter habite habite habitons habitez habitent habité -      | person  | -                                    | home
say says said -          | dire dis dit disons dites disent dit -                        | person  | -                                    | that
believe believes believed - | croire crois croit croyons croyez croient cru -            | person  | -                                    | that
sign signs signed -      | signer signe signe signons signez signent signé -             | person,institution | document                 | act
publish publishes published - | publier publie publie publions publiez publient publié - | person,institution | document                | act
reject rejects rejected - | rejeter rejette rejette rejetons rejetez rejettent rejeté -  | person,institution | document                  | act
"""  # noqa: E501


def _kinds(cell: str) -> frozenset[str]:
    return frozenset() if cell == "-" else frozenset(cell.split(","))


def _verb(line: str) -> VerbEntry:
    english, french, subjects, objects, notes = (cell.strip() for cell in line.split("|"))
    plain, third, past, particle = english.split()
    infinitive, je, il, nous, vous, ils, participle, preposition = french.split()
    return VerbEntry(
        english=(plain, third, past),
        particle=particle.strip("-"),
        infinitive=infinitive,
        present=(je, il, nous, vous, ils),
        participle=participle,
        uses_etre="être" in _kinds(notes),
        preposition=preposition.strip("-"),
        subjects=_kinds(subjects),
        objects=_kinds(objects),
        notes=_kinds(notes),
    )


VERBS = tuple(_verb(line) for line in _VERBS.strip().splitlines())

AVOIR = ("ai", "a", "avons", "avez", "ont")
ETRE = ("suis", "est", "sommes", "êtes", "sont")
ETRE_IMPERFECT = ("étais", "était", "étions", "étiez", "étaient")
"""Forms for je, il, nous, vous, ils."""

MODALS = (
    ModalEntry(("can", "can", "cannot"), False, ("peux", "peut", "pouvons", "pouvez", "peuvent")),
    ModalEntry(("must", "must", "must not"), False, ("dois", "doit", "devons", "devez", "doivent")),
    ModalEntry(("want", "wants", ""), True, ("veux", "veut", "voulons", "voulez", "veulent")),
)
