namespace Jaga.Server.Pages.Letters;

/// <summary>What changed between two texts, line by line: the longest run of lines that both have stays, the rest was taken out or put in.</summary>
public static class LineDiff
{
    private const int MostLines = 1000;

    /// <summary>Each line with <c>-</c> for taken out, <c>+</c> for put in, a blank for kept. Texts of more than a thousand lines are shown as wholly replaced.</summary>
    public static IReadOnlyList<(char Kind, string Line)> Of(string before, string after)
    {
        var (a, b) = (before.ReplaceLineEndings("\n").Split('\n'), after.ReplaceLineEndings("\n").Split('\n'));
        if (a.Length > MostLines || b.Length > MostLines)
        {
            return [.. a.Select(l => ('-', l)), .. b.Select(l => ('+', l))];
        }

        var common = Common(a, b);
        var lines = new List<(char, string)>(a.Length + b.Length);
        for (int i = 0, j = 0; i < a.Length || j < b.Length;)
        {
            if (i < a.Length && j < b.Length && a[i] == b[j])
            {
                lines.Add((' ', a[i++]));
                j++;
            }
            else if (j == b.Length || (i < a.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                lines.Add(('-', a[i++]));
            }
            else
            {
                lines.Add(('+', b[j++]));
            }
        }

        return lines;
    }

    // [i, j]: how many lines a from i on and b from j on have in common, in order.
    private static int[,] Common(string[] a, string[] b)
    {
        var common = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
        {
            for (var j = b.Length - 1; j >= 0; j--)
            {
                common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }
}
