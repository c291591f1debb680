#!/usr/bin/env python3
"""code_size.py [--limit LINES]: a table of our C++, CUDA and GLSL by folder: files, lines, and how long files and functions
are. Then it names every source file of more than LINES lines (400 unless told), and exits with 1 where there is one.

A function counts from the line of its name to its closing brace. Files are those that git knows."""

import argparse
import collections
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MEASURED = {".cpp", ".h", ".cu", ".cuh", ".comp", ".vert", ".frag", ".glsl"}
LIMITED = MEASURED | {".py", ".sh", ".cmake", ".txt"}
NOT_SOURCE = re.compile(r"^(benchmarks/results|assets|tests/data)/")
# Folders whose rooms have rows of their own.
SPLIT = {"app", "compute", "core", "neural", "renderer", "tests", "tools"}


def blank(text):
    """The same text, as long, with comments, strings and preprocessor lines replaced by spaces."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|'
                         r"^[ \t]*#(?:\\\n|[^\n])*", re.S | re.M)
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), re.sub(r"(?<=[\da-fA-F])'(?=[\da-fA-F])", " ", text))


def kind(head):
    """What a brace opens outside of functions, from the text between it and the statement before."""
    words = re.sub(r"\btemplate\s*<[^{;]*?>\s*(?=\w)", "", head)
    if re.search(r"\b(namespace|extern)\b", words) and "(" not in words:
        return "scope"
    if re.match(r"\s*(?:\w+\s+)*(class|struct|union|enum)\b", words) and not re.search(r"\)\s*(const\s*)?$", words):
        return "scope"
    if ")" not in head or re.search(r"(=|return|,|\()\s*$", head) or re.search(r"\w$", head):
        return "value"
    return "function"


def function_lines(text):
    """The lengths of the functions of one source, in lines."""
    text = blank(text)
    lengths, depth, begin, since = [], [], 0, 0
    for found in re.finditer(r"[{};]", text):
        at, sign = found.start(), found[0]
        if sign == ";" and not (depth and depth[-1] == "function"):
            since = at + 1
        elif sign == "{":
            inside = "function" in depth or "value" in depth
            opened = "block" if inside else kind(text[since:at])
            if opened == "function":
                head = text[since:at]
                begin = since + len(head) - len(head.lstrip())
            if opened in ("function", "scope"):
                since = at + 1
            depth.append(opened)
        elif sign == "}" and depth:
            closed = depth.pop()
            if closed == "function":
                lengths.append(text.count("\n", begin, at) + 1)
            if closed in ("function", "scope"):
                since = at + 1
    return lengths


def folder(path):
    parts = path.split("/")[:-1]
    return "/".join(parts[:2] if parts and parts[0] in SPLIT else parts[:1]) or "."


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--limit", type=int, default=400)
    limit = arguments.parse_args().limit
    if not shutil.which("git"):
        print("skipped: git is not installed, and it knows the files")
        sys.exit(77)
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        print("skipped: the list of files is git's, and this is not a clone")
        sys.exit(77)
    files = [name for name in listed.stdout.split("\n")
             if pathlib.Path(name).suffix in LIMITED and not NOT_SOURCE.match(name) and (ROOT / name).is_file()]
    texts = {name: (ROOT / name).read_text() for name in files}
    long = [(name, text.count("\n")) for name, text in texts.items() if text.count("\n") > limit]

    rows = collections.defaultdict(lambda: ([], []))
    for name, text in texts.items():
        if pathlib.Path(name).suffix in MEASURED:
            for row in (folder(name), "all"):
                rows[row][0].append(text.count("\n"))
                rows[row][1].extend(function_lines(text))
    print("| folder | files | lines | median file | longest file | functions | median function | longest function |")
    print("|---|---|---|---|---|---|---|---|")
    for name in sorted(rows, key=lambda row: (row == "all", row)):
        lines, functions = rows[name]
        print(f"| {name} | {len(lines)} | {sum(lines)} | {statistics.median(lines):.0f} | {max(lines)} | {len(functions)} | "
              f"{statistics.median(functions or [0]):.0f} | {max(functions or [0])} |")
    for name, lines in sorted(long):
        print(f"{name}: {lines} lines, more than {limit}", file=sys.stderr)
    sys.exit(1 if long else 0)


if __name__ == "__main__":
    main()
