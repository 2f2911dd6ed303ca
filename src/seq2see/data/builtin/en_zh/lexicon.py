"""Words of the English-Chinese corpus, as tables to be read."""

from typing import NamedTuple


class Noun(NamedTuple):
    """A noun with its classifier (一*只*猫)."""

    kind: str
    english: tuple[str, str]
    classifier: str
    chinese: str


class Verb(NamedTuple):
    """A verb: plain, third person, past and particle; Chinese; kinds of subject and object.

    ``note`` is ``state`` for verbs without a past here (了 does not go with them), and ``result``
    for those that 不 does not go with.
    """

    english: tuple[str, str, str]
    particle: str
    past_participle: str
    chinese: str
    subjects: frozenset[str]
    objects: frozenset[str]
    note: str


class Adjective(NamedTuple):
    """An adjective; ``joined`` is 的 where that stands between it and its noun."""

    english: str
    chinese: str
    kinds: frozenset[str]
    joined: str


_NOUNS = """
person man men            个 男人
person woman women        个 女人
person child children     个 孩子
person student students   名 学生
person teacher teachers   位 老师
person doctor doctors     位 医生
person friend friends     个 朋友
animal cat cats           只 猫
animal dog dogs           只 狗
animal mouse mice         只 老鼠
animal bird birds         只 鸟
animal horse horses       匹 马
animal cow cows           头 牛
food   apple apples       个 苹果
food   egg eggs           个 鸡蛋
food   cake cakes         块 蛋糕
text   book books         本 书
text   letter letters     封 信
text   story stories      个 故事
thing  pen pens           支 笔
thing  chair chairs       把 椅子
thing  table tables       张 桌子
thing  umbrella umbrellas 把 雨伞
thing  hat hats           顶 帽子
thing  car cars           辆 汽车
place  house houses       座 房子
place  garden gardens     个 花园
place  school schools     所 学校
place  park parks         个 公园
place  shop shops         家 商店
"""

_VERBS = """
chase chases chased chased -   追逐 person,animal person,animal  -
see sees saw seen -            看见 person,animal person,animal,thing result
find finds found found -       找到 person,animal thing,food,animal,text result
like likes liked liked -       喜欢 person,animal person,animal,food state
love loves loved loved -       爱   person        person,animal  state
know knows knew known -        认识 person        person         state
look looks looked looked for   寻找 person,animal person,animal,thing -
help helps helped helped -     帮助 person        person         -
eat eats ate eaten -           吃   person,animal food           -
buy buys bought bought -       买   person        thing,food,text -
sell sells sold sold -         卖   person        thing,food     -
write writes wrote written -   写   person        text           -
draw draws drew drawn -        画   person        animal,thing   -
wait waits waited waited for   等   person        person         -
"""

# The last column says what joins the adjective to its noun: 大狗, but 漂亮的狗.
_ADJECTIVES = """
big        大   animal,food,thing,place   -
small      小   animal,food,thing,place   -
old        旧   text,thing                -
new        新   text,thing                -
good       好   person,text,food          -
beautiful  漂亮 person,animal,thing,place 的
black      黑色 animal,thing              的
white      白色 animal,thing              的
red        红色 thing                     的
tired      疲惫 person,animal             的
clever     聪明 person,animal             的
happy      快乐 person,animal             的
expensive  昂贵 food,thing                的
quiet      安静 person,place              的
"""

_PROFESSIONS = """
student students   学生
teacher teachers   老师
doctor doctors     医生
engineer engineers 工程师
lawyer lawyers     律师
cook cooks         厨师
singer singers     歌手
"""


def _rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def _kinds(cell: str) -> frozenset[str]:
    return frozenset(cell.split(","))


NOUNS = tuple(Noun(kind, (one, many), unit, word) for kind, one, many, unit, word in _rows(_NOUNS))

VERBS = tuple(
    Verb(
        english=(plain, third, past),
        particle=particle.strip("-"),
        past_participle=participle,
        chinese=word,
        subjects=_kinds(subjects),
        objects=_kinds(objects),
        note=note,
    )
    for plain, third, past, participle, particle, word, subjects, objects, note in _rows(_VERBS)
)

ADJECTIVES = tuple(
    Adjective(english, word, _kinds(kinds), joined.strip("-"))
    for english, word, kinds, joined in _rows(_ADJECTIVES)
)
PREDICATIVE = frozenset(
    {"big", "small", "beautiful", "tired", "clever", "happy", "expensive", "quiet"}
)
"""Adjectives that can be said with 很; colours and others would need 是 ... 的."""

PROFESSIONS = tuple(((one, many), word) for one, many, word in _rows(_PROFESSIONS))

NAMES = (("Tom", "汤姆"), ("Jerry", "杰瑞"), ("Mary", "玛丽"), ("Anna", "安娜"), ("Peter", "彼得"))

PRONOUNS = (
    ("I", "me", "我", "am"),
    ("you", "you", "你", "are"),
    ("he", "him", "他", "is"),
    ("she", "her", "她", "is"),
    ("we", "us", "我们", "are"),
    ("they", "them", "他们", "are"),
)

POSSESSIVES = (("my", "我"), ("your", "你"), ("his", "他"), ("her", "她"), ("our", "我们"))

NUMBERS = (("two", "两"), ("three", "三"), ("four", "四"))

PREPOSITIONS = (("in", "里"), ("behind", "后面"), ("near", "附近"))

PAST_TIMES = (("yesterday", "昨天"), ("this morning", "今天早上"), ("last week", "上周"))
PRESENT_TIMES = (("every day", "每天"), ("every week", "每周"), ("every morning", "每天早上"))

MODALS = (("can", "", "能"), ("must", "", "必须"), ("want", "to", "想"))
