"""Prints the golden values of RankSimilarityTests and AverageLinkageTests: scipy's spearmanr and average linkage.

Run with scipy installed: python table_goldens.py
"""
import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from scipy.stats import spearmanr

# Whole numbers by a small generator that the test repeats: ties are frequent.
state, columns, rows = 1, 7, 25
table = np.zeros((rows, columns))
for row in range(rows):
    for column in range(columns):
        state = state * 1103515245 + 12345 & 0x7FFFFFFF
        table[row, column] = (state >> 16) % 11 + (row if column % 3 == 0 else 0)

similarity = abs(spearmanr(table).statistic)
print("[" + ",\n ".join(", ".join(f"{value:.7f}" for value in line) for line in similarity) + "]")
tree = linkage(squareform(1 - similarity, checks=False), "average")
print("merges", [round(1 - height, 7) for height in tree[:, 2]])
for groups in (2, 3, 4):
    print(groups, fcluster(tree, groups, "maxclust").tolist())
