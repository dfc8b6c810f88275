# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
"""The mutants of a C file in this project's style, and a file that holds them all.

A mutant is the file with one operator, constant or statement changed. All mutants
of a file are compiled at once: each function begins with a switch that runs, for
the number in 'mutantNumber', a copy of its body with that one change. Tables are
overwritten by their mutated copies before main() runs. So there is one compiler
run for a file, and none for a mutant.

This reads the style of this project, not C: the body of a function begins and
ends with a brace in the first column, and binary operators have blanks around
them.
"""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(r"""
    (?P<blank>\s+)
  | (?P<comment>/\*.*?\*/)
  | (?P<string>"(?:[^"\\\n]|\\.)*")
  | (?P<char>'(?:[^'\\\n]|\\.)+')
  | (?P<number>0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<mark>->|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||\+=|-=|\*=|/=|%=|&=|\|=|\^=|
     \.\.\.|\#\#|.)
    """, re.X | re.S)

BINARY = {
    "==": ["!="], "!=": ["=="],
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
    "&&": ["||"], "||": ["&&"],
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["/"],
    "<<": [">>"], ">>": ["<<"], "|": ["&"], "&": ["|"],
    "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="], "|=": ["&="], "&=": ["|="],
}
# In these '!' or a comparison decides, which is changed anyhow.
DECIDING = {"==", "!=", "<", "<=", ">", ">=", "&&", "||", "!"}

KEYWORDS = {"return", "if", "for", "while", "do", "switch", "case", "default", "else",
            "goto", "break", "continue", "sizeof", "static", "const", "struct", "extern"}

# Deleting these changes no result: logs, and releases, which leak checkers look at.
UNSEEN = re.compile(r"VIR_(DEBUG|INFO|WARN|FREE)$|g_free$|g_strfreev$|g_object_unref$"
                    r"|g_ptr_array_unref$|g_array_set_clear_func$|g_ptr_array_set_free_func$"
                    r"|\w*(Free|Clear|Unref)$|virResetLastError$|va_end$")
# Functions that only release; what they forget or do twice is what the sanitizers are for.
RELEASES = re.compile(r"(Free|Clear)$|_(finalize|class_init|init)$")
# More than is needed may be allocated; and a limit of none has two spellings.
ALLOCATES = re.compile(r"g_new0?$|VIR_EXPAND_N$|VIR_RESIZE_N$")
SPLITS = re.compile(r"g_strsplit(_set)?$")
# How much to allocate at first, and that elements need no zeros: more is no harm.
SIZED = re.compile(r"g_(array|byte_array|ptr_array|string)_sized_new$|g_string_chunk_new$")
PLAIN = re.compile(r"g_array_new$")
# What is equal can be in either order.
ORDERS = re.compile(r"return (\S+) < (\S+) \? -1 : \1 > \2;")
# One more or less of so many bytes or steps is no other limit.
LARGE = 1000 * 1000
# What is in these is nothing that decides.
OPAQUE = {"VIR_DEBUG", "VIR_INFO", "VIR_WARN", "VIR_LOG_INIT", "G_STATIC_ASSERT"}


@dataclass
class Token:
    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False    # blanks before and behind


@dataclass
class Mutant:
    source: str             # path of the file
    function: str           # or table, or macro
    line: int
    text: str               # of the line
    change: str             # what was done to it
    start: int
    end: int
    put: str
    number: int = 0

    @property
    def key(self):
        return (self.source, self.function, self.text, self.change)


@dataclass
class Part:
    """A function, a table or a macro."""
    kind: str
    name: str
    start: int              # of what is copied: a body with its braces, a declaration
    end: int
    returns: str = ""
    mutants: list = field(default_factory=list)


def tokenize(text):
    tokens = []
    for found in TOKEN.finditer(text):
        kind = found.lastgroup
        if kind in ("blank", "comment"):
            continue
        start, end = found.span()
        tokens.append(Token(kind, found.group(), start, end,
                            text[start - 1:start].isspace() and text[end:end + 1].isspace()))
    return tokens


def closing(tokens, at):
    """The index of what closes the bracket at @at."""
    depth = 0
    for i in range(at, len(tokens)):
        if tokens[i].kind == "mark":
            if tokens[i].text in "([{":
                depth += 1
            elif tokens[i].text in ")]}":
                depth -= 1
                if depth == 0:
                    return i
    return len(tokens) - 1


def caller(tokens, at):
    """The name of the function whose arguments the token at @at is among, or ''."""
    depth = 0
    for i in range(at - 1, 0, -1):
        text = tokens[i].text
        if text in (";", "{", "}"):
            break
        depth += text == ")"
        depth -= text == "("
        if depth < 0:
            return tokens[i - 1].text if tokens[i - 1].kind == "word" else ""
    return ""


def is_last_of_switch(tokens, at):
    """Whether the break at @at is the last statement of a switch."""
    if tokens[at + 2].text != "}":
        return False
    depth = 0
    for i in range(at - 1, 0, -1):
        depth += tokens[i].text == "}"
        depth -= tokens[i].text == "{"
        if depth < 0:
            depth = 0
            for j in range(i - 1, -1, -1):
                depth += tokens[j].text == ")"
                depth -= tokens[j].text == "("
                if depth == 0:
                    return tokens[j - 1].text == "switch"
    return False


def enum_siblings(headers):
    """Each constant of an enum -> the next one of the same."""
    siblings = {}
    for header in headers:
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
        for body in re.findall(r"\benum\s*\w*\s*\{(.*?)\}", text, re.S):
            names = [name for name in re.findall(r"^\s*(\w+)\b", body, re.M)
                     if not name.endswith("_LAST")]
            for i, name in enumerate(names):
                if len(names) > 1:
                    siblings[name] = names[(i + 1) % len(names)]
    return siblings


class File:
    """A source file with its parts and their mutants."""

    def __init__(self, path, text, siblings):
        self.path = path
        self.text = text
        self.siblings = siblings
        # REASON(X) is PREFIX_X where REASON is defined so.
        self.prefixes = dict(re.findall(r"^#define (\w+)\(name\) \(?(?:1U << )?(\w+_) ## name",
                                        text, re.M))
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.parts = list(self.find_functions()) + list(self.find_tables())
        self.parts += list(self.find_macros())
        self.parts.sort(key=lambda part: part.start)
        for part in self.parts:
            self.mutate(part)
        self.number_repeated()

    def line_of(self, at):
        low, high = 0, len(self.starts) - 1
        while high - low > 1:
            middle = (low + high) // 2
            if self.starts[middle] <= at:
                low = middle
            else:
                high = middle
        return low + 1

    # What there is

    def find_functions(self):
        pattern = re.compile(r"^((?:[a-zA-Z_][\w *]*\n)?)(\w+)\([^;{}]*?\)\n\{\n.*?^\}", re.M | re.S)
        for found in pattern.finditer(self.text):
            start = self.text.index("\n{\n", found.start()) + 1
            yield Part("function", found.group(2), start, found.end(),
                       found.group(1).replace("static", "").strip())

    def find_tables(self):
        pattern = re.compile(r"^static const [^;()]*?(\w+)((?:\[\w*\])*) = [^;]*?;$", re.M | re.S)
        struct = re.compile(r"^static const struct \{[^}]*\} (\w+)\[\] = \{.*?^\};$", re.M | re.S)
        seen = set()
        for found in list(struct.finditer(self.text)) + list(pattern.finditer(self.text)):
            if found.group(1) not in seen:
                seen.add(found.group(1))
                yield Part("table", found.group(1), found.start(), found.end())

    def find_macros(self):
        for found in re.finditer(r"^#define ([A-Z]\w*) ([^\n]*\d[^\n]*)$", self.text, re.M):
            if (re.fullmatch(r"[\d\s()*+<U~-]+", found.group(2))
                    and eval(found.group(2).replace("U", "")) < LARGE):
                yield Part("macro", found.group(1), found.start(2), found.end(2))

    # What can be changed

    def mutate(self, part):
        if part.kind == "function" and RELEASES.search(part.name):
            return
        tokens = tokenize(self.text[part.start:part.end])
        for token in tokens:
            token.start += part.start
            token.end += part.start
        skip = self.skipped(tokens, part)
        for i, token in enumerate(tokens):
            if i in skip:
                continue
            for start, end, put, change in self.changes(tokens, i, part):
                line = self.line_of(start)
                if ORDERS.search(self.lines[line - 1]) and change in ("< -> <=", "> -> >="):
                    continue
                part.mutants.append(Mutant(self.path, part.name, line,
                                           self.lines[line - 1].strip(), change,
                                           start, end, put))

    @staticmethod
    def skipped(tokens, part):
        skip = set()
        for i, token in enumerate(tokens):
            called = i + 1 < len(tokens) and tokens[i + 1].text == "("
            if called and (token.text in OPAQUE or SIZED.match(token.text)):
                skip.update(range(i, closing(tokens, i + 1) + 1))
            if called and PLAIN.match(token.text):
                skip.update(j for j in range(i, closing(tokens, i + 1))
                            if tokens[j].text == "false")
            # the index of a designated initializer, the size of an array
            if token.text == "[" and part.kind == "table":
                skip.update(range(i, closing(tokens, i) + 1))
            # all of a structure
            if [t.text for t in tokens[i:i + 4]] == ["=", "{", "0", "}"]:
                skip.add(i + 2)
            # one step of a loop
            if token.text == "for" and token.kind == "word":
                end = closing(tokens, i + 1)
                skip.update(j for j in range(i, end) if tokens[j].text in ("++", "--"))
        return skip

    def changes(self, tokens, i, part):
        token = tokens[i]
        before = tokens[i - 1] if i else None
        behind = tokens[i + 1] if i + 1 < len(tokens) else None
        if token.kind == "mark":
            yield from self.change_mark(token, before)
        elif token.kind == "number":
            yield from self.change_number(tokens, i)
        elif token.kind == "char":
            yield from self.change_char(token)
        elif token.kind == "word":
            if token.text in ("true", "false"):
                put = "false" if token.text == "true" else "true"
                yield token.start, token.end, put, f"{token.text} -> {put}"
            elif token.text in self.siblings:
                put = self.siblings[token.text]
                yield token.start, token.end, put, f"{token.text} -> {put}"
            elif (token.text in self.prefixes and behind and behind.text == "("
                  and i + 2 < len(tokens)):
                yield from self.change_short(self.prefixes[token.text], tokens[i + 2])
        if part.kind == "function":
            yield from self.negate(tokens, i, part)
            yield from self.delete(tokens, i)

    @staticmethod
    def change_mark(token, before):
        if token.text in BINARY and token.spaced:
            for put in BINARY[token.text]:
                yield token.start, token.end, put, f"{token.text} -> {put}"
        elif token.text in ("++", "--"):
            put = "--" if token.text == "++" else "++"
            yield token.start, token.end, put, f"{token.text} -> {put}"
        elif token.text in "!~" and not (before and before.text == "!"):
            yield token.start, token.end, " ", f"{token.text} removed"

    @staticmethod
    def change_number(tokens, i):
        token = tokens[i]
        digits = token.text.rstrip("uUlL")
        suffix = token.text[len(digits):]
        number = int(digits, 16 if digits[:2] in ("0x", "0X") else 10)
        negative = tokens[i - 1].text == "-" and not tokens[i - 1].spaced and number
        ahead = tokens[i - 2 if negative else i - 1].text
        if ahead == "return" and number in (0, 1):
            puts = ["0" if number else "-1"]
        elif negative:
            puts = [str(1 - number), str(number)]
            if SPLITS.match(caller(tokens, i)):
                puts = puts[1:]
        elif number == 0:
            # what a comparison with 1 would be, another operator is
            puts = [] if ahead in ("<", ">", "<=", ">=") else ["1"]
        else:
            puts = [str(number + 1), str(number - 1)]
            # only the sign of what compares counts
            ordering = [t.text for t in tokens[i - 3:i]] == ["-", token.text, ":"]
            if ordering or ALLOCATES.match(caller(tokens, i)):
                puts = puts[1:]
            if ahead in ("<", ">="):
                puts = puts[1:]
            elif ahead in ("<=", ">"):
                puts = puts[:1]
        start = tokens[i - 1].start if negative else token.start
        shown = "-" + token.text if negative else token.text
        for put in puts:
            yield start, token.end, put + suffix, f"{shown} -> {put}"

    @staticmethod
    def change_char(token):
        inner = token.text[1:-1]
        if len(inner) == 1 and inner.isprintable() and inner not in "&[":
            put = chr(ord(inner) + 1)
            yield token.start, token.end, f"'{put}'", f"{token.text} -> '{put}'"
        elif inner == "\\0":
            yield token.start, token.end, "'\\1'", f"{token.text} -> '\\1'"

    def change_short(self, prefix, token):
        """The Y of REASON(Y)"""
        put = self.siblings.get(prefix + token.text)
        if put and put.startswith(prefix):
            put = put[len(prefix):]
            yield token.start, token.end, put, f"{token.text} -> {put}"

    def negate(self, tokens, i, part):
        token = tokens[i]
        start = end = None
        if token.text in ("if", "while") and tokens[i + 1].text == "(":
            start, end = i + 2, closing(tokens, i + 1)
        elif token.text == "return" and part.returns == "bool":
            start = end = i + 1
            while tokens[end].text != ";":
                end += 1
            if end - start == 1 and tokens[start].text in ("true", "false"):
                return
        elif token.text == "?":
            start, end = self.condition(tokens, i), i
        if start is None or start == end:
            return
        if any(t.text in DECIDING for t in tokens[start:end]):
            return
        if end - start == 1 and tokens[start].text in ("true", "false"):
            return
        text = self.text[tokens[start].start:tokens[end - 1].end]
        yield (tokens[start].start, tokens[end - 1].end, f"!({text})",
               f"{' '.join(text.split())} negated")

    @staticmethod
    def condition(tokens, at):
        """Where the condition of the '?' at @at begins."""
        depth = 0
        for i in range(at - 1, -1, -1):
            text = tokens[i].text
            if text in (")", "]"):
                depth += 1
            elif text in ("(", "[") and depth > 0:
                depth -= 1
            elif depth == 0 and text in ("(", "[", ",", ";", "=", "return", "&&", "||",
                                         ":", "?", "{", "+", "=="):
                return i + 1
        return at

    def delete(self, tokens, i):
        if not self.begins_statement(tokens, i):
            return
        end = i
        depth = 0
        while depth or tokens[end].text != ";":
            depth += tokens[end].text in ("(", "[", "{")
            depth -= tokens[end].text in (")", "]", "}")
            end += 1
            if depth < 0 or end == len(tokens):
                return
        token = tokens[i]
        if token.text in ("break", "continue"):
            # without it the case goes on into the next one
            if token.text == "break" and is_last_of_switch(tokens, i):
                return
            yield token.start, token.end, "", f"{token.text} removed"
            return
        if token.text in KEYWORDS or (token.kind != "word" and token.text not in ("*", "(", "++")):
            return
        if token.kind == "word" and not self.is_expression(tokens, i):
            return
        if UNSEEN.search(token.text) and tokens[i + 1].text == "(":
            return
        text = " ".join(self.text[token.start:tokens[end].start].split())
        yield (token.start, tokens[end].start, "",
               (text if len(text) <= 60 else text[:57] + "...") + " removed")

    @staticmethod
    def begins_statement(tokens, i):
        if i == 0:
            return False
        before = tokens[i - 1].text
        if before in (";", "{", "}", "else"):
            # not in an initializer, nor between the parts of a for
            depth = 0
            for j in range(i - 1, -1, -1):
                if tokens[j].text == ")":
                    depth += 1
                elif tokens[j].text == "(":
                    depth -= 1
                    if depth < 0:
                        return False
                elif tokens[j].text in "{}" and depth == 0:
                    return not (tokens[j].text == "{" and j and
                                tokens[j - 1].text in ("=", ")", ",", "{") and
                                tokens[j - 1].text != ")")
            return True
        if before == ":":
            j = i - 2
            while j > 0 and tokens[j].text not in (";", "{", "}", "case", "default", "?"):
                j -= 1
            return tokens[j].text in ("case", "default")
        if before == ")":
            depth = 0
            for j in range(i - 1, -1, -1):
                depth += tokens[j].text == ")"
                depth -= tokens[j].text == "("
                if depth == 0:
                    return tokens[j - 1].text in ("if", "for", "while")
        return False

    @staticmethod
    def is_expression(tokens, i):
        behind = tokens[i + 1]
        if behind.text == "(":
            end = closing(tokens, i + 1)
            return tokens[end + 1].kind != "word" and tokens[end + 1].text != "*"
        return behind.text in ("->", ".", "[", "=", "++", "--") or behind.text in BINARY and \
            behind.text not in ("*", "&")

    def number_repeated(self):
        """Keys are unique, and do not depend on line numbers."""
        seen = {}
        for part in self.parts:
            for mutant in part.mutants:
                count = seen[mutant.key] = seen.get(mutant.key, 0) + 1
                if count > 1:
                    mutant.change += f" #{count}"

    # The file that holds them all

    def schemata(self, mutants):
        """C with those of @mutants that are of this file; a line '#line 1 "mutant-N"'
        is before each, so that the compiler tells which does not compile."""
        wanted = {mutant.number for mutant in mutants}
        out = ["extern int mutantNumber;\n", f'#line 1 "{self.path}"\n']
        at = 0
        for part in self.parts:
            some = [mutant for mutant in part.mutants if mutant.number in wanted]
            if not some:
                continue
            out.append(self.text[at:part.start])
            out += getattr(self, "put_" + part.kind)(part, some)
            at = part.end
        out.append(self.text[at:])
        return "".join(out)

    def changed(self, part, mutant):
        return (self.text[part.start:mutant.start] + mutant.put +
                self.text[mutant.end:part.end])

    def resume(self, at):
        return f'\n#line {self.line_of(at)} "{self.path}"\n'

    def put_function(self, part, mutants):
        yield "{\nif (mutantNumber) switch (mutantNumber) {\n"
        for mutant in mutants:
            yield f'#line 1 "mutant-{mutant.number}"\ncase {mutant.number}:\n'
            yield self.changed(part, mutant)
            yield "\nreturn;\n" if part.returns == "void" else "\n__builtin_trap();\n"
        yield "}\n" + self.resume(part.start)
        yield self.text[part.start:part.end] + "\n"
        yield ("" if part.returns == "void" else "__builtin_unreachable();") + "}"

    def put_table(self, part, mutants):
        # Without const, which would put it where nothing can be written.
        def plain(text, name):
            head, rest = text.split(" = ", 1)
            head = re.sub(r"\bconst\b", "", head)
            return re.sub(rf"\b{part.name}\b", name, head) + " = " + rest
        yield plain(self.text[part.start:part.end], part.name)
        for mutant in mutants:
            copy = f"{part.name}__{mutant.number}"
            yield f'\n#line 1 "mutant-{mutant.number}"\n'
            yield plain(self.changed(part, mutant), copy) + "\n"
            yield (f"static void __attribute__((constructor)) {copy}__use(void) {{ "
                   f"if (mutantNumber == {mutant.number}) "
                   f"memcpy((void *)&{part.name}, (void *)&{copy}, sizeof({part.name})); }}\n")
        yield self.resume(part.end)

    def put_macro(self, part, mutants):
        yield "("
        for mutant in mutants:
            yield f"mutantNumber == {mutant.number} ? ({self.changed(part, mutant)}) : "
        yield f"({self.text[part.start:part.end]}))"

    @property
    def mutants(self):
        return [mutant for part in self.parts for mutant in part.mutants]
