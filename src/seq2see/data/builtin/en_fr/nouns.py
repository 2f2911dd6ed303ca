"""Nouns, names and professions of the English-French corpus, as tables to be read.

Each line: kind, English singular and plural, French singular and plural, French gender.
``building`` and ``path`` are followed by the preposition of being there: in or on.
"""

from seq2see.data.builtin.en_fr.tree import (
    Features,
    Gender,
    NounEntry,
    PlaceEntry,
    ProfessionEntry,
)

_NOUNS = """
person      man men                 homme hommes m
person      woman women             femme femmes f
person      boy boys                garçon garçons m
person      girl girls              fille filles f
person      child children          enfant enfants m
person      brother brothers        frère frères m
person      sister sisters          sœur sœurs f
person      friend friends          ami amis m
person      neighbor neighbors      voisin voisins m
person      student students        étudiant étudiants m
person      teacher teachers        enseignant enseignants m
person      doctor doctors          médecin médecins m
animal      animal animals          animal animaux m
animal      cat cats                chat chats m
animal      dog dogs                chien chiens m
animal      horse horses            cheval chevaux m
animal      bird birds              oiseau oiseaux m
animal      cow cows                vache vaches f
animal      mouse mice              souris souris f
animal      turtle turtles          tortue tortues f
animal      goat goats              chèvre chèvres f
food        apple apples            pomme pommes f
food        cake cakes              gâteau gâteaux m
food        egg eggs                œuf œufs m
food        cheese cheeses          fromage fromages m
food        soup soups              soupe soupes f
text        book books              livre livres m
text        letter letters          lettre lettres f
text        newspaper newspapers    journal journaux m
text        story stories           histoire histoires f
thing       key keys                clé clés f
thing       table tables            table tables f
thing       chair chairs            chaise chaises f
thing       lamp lamps              lampe lampes f
thing       hat hats                chapeau chapeaux m
thing       box boxes               boîte boîtes f
thing       knife knives            couteau couteaux m
thing       coat coats              manteau manteaux m
vehicle     car cars                voiture voitures f
vehicle     train trains            train trains m
vehicle     bicycle bicycles        vélo vélos m
vehicle     boat boats              bateau bateaux m
path:in     street streets          rue rues f
path:in     river rivers            rivière rivières f
path:in     field fields            champ champs m
path:in     garden gardens          jardin jardins m
path:in     forest forests          forêt forêts f
path:in     park parks              parc parcs m
path:on     road roads              route routes f
path:on     bridge bridges          pont ponts m
path:on     square squares          place places f
building:in house houses            maison maisons f
building:in school schools          école écoles f
building:in church churches         église églises f
building:in hotel hotels            hôtel hôtels m
building:in museum museums          musée musées m
building:in station stations        gare gares f
town        city cities             ville villes f
town        village villages        village villages m
document    agreement agreements    accord accords m
document    treaty treaties         traité traités m
document    law laws                loi lois f
document    report reports          rapport rapports m
institution Area Areas              zone zones f
institution Bank Banks              banque banques f
institution Community Communities   communauté communautés f
institution Market Markets          marché marchés m
institution Council Councils        conseil conseils m
institution Institute Institutes    institut instituts m
"""

_PROFESSIONS = """
student students        étudiant étudiante étudiants étudiantes
teacher teachers        enseignant enseignante enseignants enseignantes
doctor doctors          médecin médecin médecins médecins
engineer engineers      ingénieur ingénieure ingénieurs ingénieures
lawyer lawyers          avocat avocate avocats avocates
baker bakers            boulanger boulangère boulangers boulangères
farmer farmers          agriculteur agricultrice agriculteurs agricultrices
singer singers          chanteur chanteuse chanteurs chanteuses
musician musicians      musicien musicienne musiciens musiciennes
nurse nurses            infirmier infirmière infirmiers infirmières
journalist journalists  journaliste journaliste journalistes journalistes
"""


def _rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


NOUNS: dict[str, tuple[NounEntry, ...]] = {}
"""Nouns by kind; ``animate`` holds persons and animals, ``in`` and ``on`` the places."""

for _kinds, _one, _many, _un, _des, _gender in _rows(_NOUNS):
    _kind, _, _where = _kinds.partition(":")
    _noun = NounEntry(_kind, (_one, _many), (_un, _des), "f" if _gender == "f" else "m")
    _groups = [_kind, *([_where] if _where else [])]
    _groups += ["animate"] if _kind in {"person", "animal"} else []
    for _group in _groups:
        NOUNS[_group] = (*NOUNS.get(_group, ()), _noun)

PROFESSIONS = tuple(
    ProfessionEntry((one, many), (m, f, mp, fp)) for one, many, m, f, mp, fp in _rows(_PROFESSIONS)
)

_GENDERS: tuple[tuple[Gender, tuple[str, ...]], ...] = (
    ("m", ("Paul", "Thomas", "Nicolas", "Victor")),
    ("f", ("Alice", "Emma", "Julie", "Marie")),
)
NAMES = tuple(
    (name, Features(gender, plural=False)) for gender, names in _GENDERS for name in names
)
"""First names, the same in both languages."""

PLACES = (
    PlaceEntry("Paris", "Paris", "à", "de"),
    PlaceEntry("London", "Londres", "à", "de"),
    PlaceEntry("Rome", "Rome", "à", "de"),
    PlaceEntry("France", "France", "en", "de"),
    PlaceEntry("Italy", "Italie", "en", "de"),
    PlaceEntry("Germany", "Allemagne", "en", "de"),
    PlaceEntry("Canada", "Canada", "à le", "de le"),
    PlaceEntry("Japan", "Japon", "à le", "de le"),
)
"""Cities take *à*, feminine countries *en*, masculine ones *au*; all take *de*."""
