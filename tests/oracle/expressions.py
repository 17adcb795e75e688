"""Evaluates every expression of pages in JSON with Python's own fractions, and compares it with the number beside it.

    cargo run --example conv_backprop -- --format json --output page.json
    python3 tests/oracle/expressions.py page.json …

It shares nothing with the programs but the pages: a second witness beside tests/expressions.rs.
"""

import ast
import json
import math
import sys
from fractions import Fraction

FUNCTIONS = {
    "relu": lambda x: max(x, 0),
    "relu_derivative": lambda x: Fraction(int(x > 0)),
    "max": max,
    "min": min,
    "abs": abs,
    "exp": lambda x: math.exp(x),
    "ln": lambda x: math.log(x),
    "sqrt": lambda x: math.sqrt(x),
    "tanh": lambda x: math.tanh(x),
}


def evaluate(node, shown):
    """The value of a syntax tree: whole numbers are fractions, so that 1/3 is one too."""
    match node:
        case ast.Expression(body):
            return evaluate(body, shown)
        case ast.Constant(int(value)):
            return Fraction(value)
        case ast.Constant(value):
            return value
        case ast.Name(name):
            return shown[name]
        case ast.Subscript(value, index):
            return evaluate(value, shown)[int(evaluate(index, shown))]
        case ast.UnaryOp(ast.USub(), operand):
            return -evaluate(operand, shown)
        case ast.BinOp(left, operator, right):
            left, right = evaluate(left, shown), evaluate(right, shown)
            match operator:
                case ast.Add():
                    return left + right
                case ast.Sub():
                    return left - right
                case ast.Mult():
                    return left * right
                case ast.Div():
                    return left / right
        case ast.Call(ast.Name(name), arguments):
            return FUNCTIONS[name](*(evaluate(argument, shown) for argument in arguments))
    raise ValueError(ast.dump(node))


def check(page):
    """How many expressions the page has; the names of what it computes without one."""
    shown, count, without = {}, 0, []
    for cell in page["cells"]:
        if cell["kind"] not in ("matrix", "value"):
            continue
        is_matrix = cell["kind"] == "matrix"
        rows = lambda field: cell.get(field) if is_matrix else (cell.get(field) is not None and [[cell[field]]] or None)
        values, exact, expressions = (rows(field) for field in ("values" if is_matrix else "value", "exact", "expression"))
        numbers = [[Fraction(text) for text in row] for row in exact] if exact else values
        for r, row in enumerate(expressions or []):
            for c, text in enumerate(row):
                found = evaluate(ast.parse(text, mode="eval"), shown)
                expected = numbers[r][c]
                equal = found == expected if exact else math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
                assert equal, f"{page['topic']}: {cell['name']}[{r}][{c}] = {text} is {found}, not {expected}"
                count += 1
        if expressions is None and cell["name"] not in page["inputs"]:
            without.append(cell["name"])
        shown[cell["name"]] = numbers if is_matrix else numbers[0][0]
    return count, without


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            page = json.load(file)
        count, without = check(page)
        print(f"{page['topic']}: {count} expressions are their numbers; without: {' '.join(without) or 'none'}")
