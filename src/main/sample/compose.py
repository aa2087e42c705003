"""Writes head.jsonl from the vocabularies beside it: python3 compose.py. Same input, same bytes."""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
AREAS = ["groceries", "household", "clothing", "electronics", "toys"]
LABELS = {
    "b": "creator", "c": "core_product_type", "cd": "condition", "co": "color", "d": "department", "k": "content",
    "m": "modifier", "ma": "material", "n": "product_name", "o": "occasion", "or": "origin", "p": "price",
    "pn": "product_number", "q": "quantity", "s": "shape", "t": "time", "u": "UoM",
}  # fmt: skip


def read(phrase, product):
    """Tokens and labels of one phrase; `_` stands for the product of its line."""
    tokens, labels, label, inside = [], [], "core_product_type", False
    for word in phrase.split():
        mark, colon, rest = word.partition(":")
        if colon and mark in LABELS:
            label, inside, word = LABELS[mark], False, rest
        elif colon:
            raise ValueError(f"unknown mark in {phrase!r}")
        words = [word]
        if word == "_":
            inside = inside and label == "core_product_type"
            label, words = "core_product_type", product
        elif label != "core_product_type" and not inside and not colon:
            raise ValueError(f"no mark in {phrase!r}")
        for each in words:
            tokens.append(each)
            labels.append(("I-" if inside else "B-") + label)
            inside = True
    return tokens, labels


def phrases(area):
    """(how common, tokens, labels) of an area: products near the top and plain phrases of each are the commonest."""
    lines = (HERE / "vocabulary" / f"{area}.txt").read_text(encoding="utf-8").splitlines()
    for row, line in enumerate(lines):
        first, *others = line.split(" | ")
        product = [token for token, label in zip(*read(first, [])) if label.endswith("core_product_type")]
        for column, phrase in enumerate([first, *others]):
            tokens, labels = read(phrase, product)
            rarity = (row + 4) * (column + 1) ** 1.4 * (1 + 0.35 * max(0, len(tokens) - 2))
            yield rarity, tokens, labels


def main():
    rows, seen = [], {}
    for area in AREAS:
        found = sorted(phrases(area), key=lambda each: each[0])
        kept = 0
        for rarity, tokens, labels in found:
            text = " ".join(tokens)
            if text in seen:
                print(f"repeated: {text} ({seen[text]}, {area})", file=sys.stderr)
                continue
            seen[text] = area
            kept += 1
            rows.append((rarity, f"{area}-{kept:04d}", tokens, labels))
    rows.sort(key=lambda each: each[0])
    with open(HERE / "head.jsonl", "w", encoding="utf-8", newline="\n") as out:
        for _, name, tokens, labels in rows:
            row = {"example_id": name, "tokens": tokens, "labels": labels}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
