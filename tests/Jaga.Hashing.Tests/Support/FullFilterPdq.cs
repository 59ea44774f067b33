namespace Jaga.Hashing.Tests.Support;

/// <summary>
/// PDQ told step by step, slowly and in double precision: the whole picture is smoothed twice, then 64 × 64 pixels of it are
/// kept. Shares no code with the library, so that its vectors do not merely repeat themselves.
/// </summary>
internal static class FullFilterPdq
{
    private static readonly double[][] Cosines = [.. Enumerable.Range(1, 16).Select(frequency => Enumerable.Range(0, 64)
        .Select(at => Math.Sqrt(2.0 / 64) * Math.Cos(Math.PI / 128 * frequency * (2 * at + 1))).ToArray())];

    internal static PdqFingerprint Hash(Picture picture)
    {
        var (width, height) = (picture.Width, picture.Height);
        var plane = new double[height][];
        for (var y = 0; y < height; y++)
            plane[y] = [.. Enumerable.Range(0, width).Select(x => picture.Luma(x, y))];
        for (var pass = 0; pass < 2; pass++)
            plane = Transposed(Smoothed(Transposed(Smoothed(plane))));

        var kept = new double[64, 64];
        for (var i = 0; i < 64; i++)
            for (var j = 0; j < 64; j++)
                kept[i, j] = plane[(int)((i + 0.5) * height / 64)][(int)((j + 0.5) * width / 64)];

        var cosines = new double[256];
        for (var i = 0; i < 16; i++)
            for (var j = 0; j < 16; j++)
                for (var y = 0; y < 64; y++)
                    for (var x = 0; x < 64; x++)
                        cosines[i * 16 + j] += kept[y, x] * Cosines[i][y] * Cosines[j][x];

        var median = cosines.Order().ElementAt(127);
        var digits = Enumerable.Range(0, 64).Select(digit => Enumerable.Range(0, 4)
            .Sum(bit => cosines[255 - 4 * digit - bit] > median ? 8 >> bit : 0).ToString("x"));
        return new(PdqHash.Parse(string.Concat(digits)), Quality(kept));
    }

    private static int Quality(double[,] kept)
    {
        var sum = 0;
        for (var i = 0; i < 64; i++)
            for (var j = 0; j < 64; j++)
            {
                if (i > 0)
                    sum += Math.Abs((int)((kept[i - 1, j] - kept[i, j]) * 100 / 255));
                if (j > 0)
                    sum += Math.Abs((int)((kept[i, j - 1] - kept[i, j]) * 100 / 255));
            }
        return Math.Min(100, sum / 90);
    }

    private static double[][] Smoothed(double[][] rows) => [.. rows.Select(row =>
    {
        var window = (int)Math.Ceiling(row.Length / 128.0);
        var after = (window + 2) / 2 - 1;
        var before = window - 1 - after;
        return Enumerable.Range(0, row.Length).Select(at =>
        {
            var (first, last) = (Math.Max(0, at - before), Math.Min(row.Length - 1, at + after));
            var sum = 0.0;
            for (var i = first; i <= last; i++)
                sum += row[i];
            return sum / (last - first + 1);
        }).ToArray();
    })];

    private static double[][] Transposed(double[][] rows) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(x => rows.Select(row => row[x]).ToArray())];
}
