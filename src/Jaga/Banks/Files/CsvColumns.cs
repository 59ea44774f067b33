namespace Jaga.Banks.Files;

/// <summary>Which column of a list means what: by the header's words, or, without a header, by what the first line holds.</summary>
internal sealed class CsvColumns
{
    private static readonly Dictionary<string, Column> Words = new()
    {
        ["hash"] = Column.Hash, ["value"] = Column.Hash, ["hashvalue"] = Column.Hash, ["signal"] = Column.Hash, ["fingerprint"] = Column.Hash, ["digest"] = Column.Hash, ["indicator"] = Column.Hash,
        ["algorithm"] = Column.Algorithm, ["algo"] = Column.Algorithm, ["type"] = Column.Algorithm, ["signaltype"] = Column.Algorithm, ["hashtype"] = Column.Algorithm,
        ["quality"] = Column.Quality,
        ["labels"] = Column.Labels, ["label"] = Column.Labels, ["tags"] = Column.Labels, ["tag"] = Column.Labels, ["category"] = Column.Labels,
        ["entry"] = Column.Entry, ["entryid"] = Column.Entry, ["id"] = Column.Entry, ["reference"] = Column.Entry, ["ref"] = Column.Entry, ["file"] = Column.Entry, ["filename"] = Column.Entry,
        ["member"] = Column.Member, ["contributor"] = Column.Member, ["organisation"] = Column.Member, ["organization"] = Column.Member,
    };

    private readonly int[] _at = [-1, -1, -1, -1, -1, -1];
    private int _count;
    private SignalType? _hashIs;

    private enum Column
    {
        Hash,
        Algorithm,
        Quality,
        Labels,
        Entry,
        Member,
    }

    /// <summary>Whether the first line was a header and holds no entry.</summary>
    public bool HasHeader { get; private init; }

    /// <summary>Columns of the header that mean nothing here.</summary>
    public List<string> Ignored { get; } = [];

    /// <summary>Reads the first line. Answers null with the reason where no column can be the hash.</summary>
    public static CsvColumns? Of(List<string> first, out string reason)
    {
        reason = "";
        var columns = new CsvColumns { HasHeader = IsHeader(first), _count = first.Count };
        return columns.HasHeader ? columns.ByHeader(first, ref reason) : columns.ByContent(first, ref reason);
    }

    /// <summary>What the line's fields mean, or what is wrong with their number.</summary>
    public string? Read(List<string> fields, out SignalText text)
    {
        text = default;
        if (fields.Count != _count)
        {
            return $"This line has {fields.Count} fields; the first line has {_count}.";
        }

        text = new(Field(Column.Hash), _hashIs?.Word() ?? Field(Column.Algorithm), Field(Column.Quality), Field(Column.Labels), Field(Column.Entry), Field(Column.Member));
        return null;

        string Field(Column column) => _at[(int)column] is >= 0 and var at ? fields[at] : "";
    }

    private CsvColumns? ByHeader(List<string> first, ref string reason)
    {
        for (var i = 0; i < first.Count; i++)
        {
            var meaning = Meaning(first[i]);
            if (meaning is null && SignalTypes.TryRead(first[i], out var type))
            {
                (meaning, _hashIs) = (Column.Hash, type);
            }

            if (meaning is Column.Hash && _at[(int)Column.Hash] >= 0)
            {
                reason = $"Two columns are hashes: '{first[_at[(int)Column.Hash]]}' and '{first[i]}'. A line holds one.";
                return null;
            }

            if (meaning is not { } column || _at[(int)column] >= 0)
            {
                Ignored.Add(first[i]);
                continue;
            }

            _at[(int)column] = i;
        }

        return this;
    }

    private CsvColumns? ByContent(List<string> first, ref string reason)
    {
        var hash = first.Count > 2 ? -1
            : first.FindIndex(IsHash) is >= 0 and var exact ? exact
            : first.Count == 2 && first.FindIndex(f => SignalTypes.TryRead(f, out _)) is >= 0 and var named ? 1 - named
            : first.FindIndex(f => f.Length >= 16 && f.All(char.IsAsciiHexDigit));
        if (hash < 0)
        {
            reason = "Without a header, a line is a hash, or a hash and its algorithm or quality. With one, a column is called 'hash' or by its algorithm.";
            return null;
        }

        _at[(int)Column.Hash] = hash;
        if (first.Count == 2)
        {
            var other = first[1 - hash];
            _at[(int)(other.Length > 0 && other.All(char.IsAsciiDigit) ? Column.Quality : Column.Algorithm)] = 1 - hash;
        }

        return this;
    }

    // "pdq" may head a column of hashes or stand beside a hash; in a line of two, the other field tells.
    private static bool IsHeader(List<string> first) => !first.Any(IsHash)
        && (first.Any(f => Meaning(f) is Column.Hash) || (first.Any(f => SignalTypes.TryRead(f, out _)) && (first.Count != 2 || first.Any(f => Meaning(f) is not null))));

    private static Column? Meaning(string header) =>
        Words.TryGetValue(new string([.. header.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]), out var column) ? column : null;

    private static bool IsHash(string field) => field.Length is 32 or 40 or 64 && field.All(char.IsAsciiHexDigit);
}
