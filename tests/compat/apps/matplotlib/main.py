from __future__ import annotations

import io

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt

import vaas


@vaas.app
class Draws:
    @vaas.get("/plot.png")
    def plot(self):
        figure, axes = plt.subplots(figsize=(2, 1))
        axes.plot([1, 2, 3], [1, 4, 9], label="n²")
        axes.legend()
        out = io.BytesIO()
        figure.savefig(out, format="png")
        plt.close(figure)
        return vaas.Response(out.getvalue(), media_type="image/png")

    @vaas.get("/plot.svg")
    def svg(self):
        figure, axes = plt.subplots()
        axes.bar(["a", "b"], [1, 2])
        figure.savefig("/tmp/plot.svg")
        plt.close(figure)
        return vaas.file("/tmp/plot.svg")
