using System.Globalization;
using System.Text.Json;

namespace Jaga.Hashing;

/// <summary>
/// The reference's two ways to write a film's frames. Its tools: one line a frame, <c>frame,quality,hash,timestamp</c>. Its Python
/// library: a JSON list of strings <c>hash,quality,timestamp</c>. Timestamps are seconds with three decimals.
/// </summary>
/// <remarks>
/// Neither knows folded frames: one that was seen several times is written as often, with the number and the time of the
/// first, so that every reader comes to the same percentages.
/// </remarks>
public static class VpdqText
{
    /// <summary>Reads the tools' lines one by one; empty lines are passed over.</summary>
    /// <exception cref="FormatException">A line is not such a frame; the message names its number.</exception>
    public static IEnumerable<VpdqFrame> Read(TextReader from)
    {
        for (var number = 1; from.ReadLine() is { } line; number++)
        {
            if (line.AsSpan().Trim().IsEmpty)
                continue;
            yield return TryParse(line, out var frame)
                ? frame
                : throw new FormatException($"Line {number} is not a frame of vPDQ: frame,quality,hash,timestamp.");
        }
    }

    /// <summary>Writes the tools' lines, each ended by a line feed.</summary>
    public static void Write(TextWriter to, IEnumerable<VpdqFrame> frames)
    {
        foreach (var frame in frames)
            for (var times = frame.Seen; times > 0; times--)
                to.Write(string.Create(CultureInfo.InvariantCulture, $"{frame.Number},{frame.Pdq.Quality},{frame.Pdq.Hash},{frame.Seconds:F3}\n"));
    }

    /// <summary>Reads the Python library's list. It has no frame numbers: a frame's place in the list takes their part.</summary>
    /// <exception cref="FormatException">It is not such a list.</exception>
    public static IReadOnlyList<VpdqFrame> ReadJson(string json)
    {
        string[] list;
        try
        {
            list = JsonSerializer.Deserialize(json, VpdqJson.Default.StringArray) ?? [];
        }
        catch (JsonException broken)
        {
            throw new FormatException("This is not vPDQ's list of strings in JSON.", broken);
        }

        var frames = new VpdqFrame[list.Length];
        for (var i = 0; i < list.Length; i++)
            frames[i] = TryParseUnnumbered(list[i], i, out var frame)
                ? frame
                : throw new FormatException($"Entry {i} is not a frame of vPDQ: hash,quality,timestamp.");
        return frames;
    }

    /// <summary>Writes the Python library's list.</summary>
    public static string WriteJson(IEnumerable<VpdqFrame> frames) => JsonSerializer.Serialize(
        [.. frames.SelectMany(f => Enumerable.Repeat(string.Create(CultureInfo.InvariantCulture, $"{f.Pdq.Hash},{f.Pdq.Quality},{f.Seconds:F3}"), f.Seen))],
        VpdqJson.Default.StringArray);

    /// <summary>Reads one of the tools' lines; false where it is anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> line, out VpdqFrame frame)
    {
        frame = default;
        Span<Range> parts = stackalloc Range[5];
        return line.Split(parts, ',', StringSplitOptions.TrimEntries) == 4
            && int.TryParse(line[parts[0]], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && TryMake(number, line[parts[2]], line[parts[1]], line[parts[3]], out frame);
    }

    private static bool TryParseUnnumbered(ReadOnlySpan<char> entry, int number, out VpdqFrame frame)
    {
        frame = default;
        Span<Range> parts = stackalloc Range[4];
        return entry.Split(parts, ',', StringSplitOptions.TrimEntries) == 3
            && TryMake(number, entry[parts[0]], entry[parts[1]], entry[parts[2]], out frame);
    }

    private static bool TryMake(int number, ReadOnlySpan<char> hex, ReadOnlySpan<char> quality, ReadOnlySpan<char> seconds, out VpdqFrame frame)
    {
        frame = default;
        if (!PdqHash.TryParse(hex, out var hash)
            || !int.TryParse(quality, NumberStyles.None, CultureInfo.InvariantCulture, out var of100) || of100 > 100
            || !double.TryParse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var time) || !double.IsFinite(time))
            return false;
        frame = new(number, new(hash, of100), time);
        return true;
    }
}
