"""How alike two grey pictures (PGM) are to the eye: structural similarity (Wang et al. 2004), in squares of eight."""
import re


def read_pgm(path):
    """Rows of bytes."""
    data = path.read_bytes()
    head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", data)
    width, height = int(head[1]), int(head[2])
    return [data[head.end() + y * width:head.end() + (y + 1) * width] for y in range(height)]


def similarity(one, other):
    a, b = read_pgm(one), read_pgm(other)
    rows, columns = min(len(a), len(b)), min(len(a[0]), len(b[0]))
    if abs(len(a) - len(b)) > 1 or abs(len(a[0]) - len(b[0])) > 1:   # sizes are rounded
        return 0.0
    c1, c2, side = (0.01 * 255) ** 2, (0.03 * 255) ** 2, 8
    total = count = 0
    for top in range(0, rows - side + 1, side):
        for left in range(0, columns - side + 1, side):
            x = b"".join(row[left:left + side] for row in a[top:top + side])
            y = b"".join(row[left:left + side] for row in b[top:top + side])
            n = side * side
            mean_x, mean_y = sum(x) / n, sum(y) / n
            var_x, var_y = sum(v * v for v in x) / n - mean_x ** 2, sum(v * v for v in y) / n - mean_y ** 2
            covariance = sum(v * w for v, w in zip(x, y)) / n - mean_x * mean_y
            total += ((2 * mean_x * mean_y + c1) * (2 * covariance + c2)) / ((mean_x ** 2 + mean_y ** 2 + c1) * (var_x + var_y + c2))
            count += 1
    return total / count
