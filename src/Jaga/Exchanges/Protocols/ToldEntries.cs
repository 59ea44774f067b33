using System.Security.Cryptography;
using System.Text;
using Jaga.Banks;
using Jaga.Banks.Files;

namespace Jaga.Exchanges.Protocols;

/// <summary>Gathers what a page tells, believing nothing: an entry that cannot be is told apart with its reason, and its neighbours are taken.</summary>
internal sealed class ToldEntries
{
    private const int MostOfValue = 130;

    private readonly List<ExchangeEntry> _entries = [];
    private readonly List<UnreadableEntry> _unreadable = [];
    private readonly SortedDictionary<string, int> _unheld = new(StringComparer.Ordinal);

    /// <summary>Entries, readable or not.</summary>
    public int Count => _entries.Count + _unreadable.Count;

    /// <summary>An entry with its fingerprints. Those that cannot be read make it unreadable, and the others count.</summary>
    public void Add(string key, string entry, string member, string labels, IEnumerable<(string Kind, string Hash)> fingerprints, string excerpt, DateTimeOffset? expiresAt = null)
    {
        if (WrongKey(key) is { } wrong)
        {
            Refuse(key, wrong, excerpt);
            return;
        }

        var signals = new List<NewSignal>();
        var reasons = new List<string>();
        foreach (var (kind, hash) in fingerprints)
        {
            if (!SignalTypes.TryRead(kind, out var type) || type is SignalType.TextSha256 or SignalType.External)
            {
                Unheld(kind);
                continue;
            }

            var problem = new SignalText(hash.Trim(), type.Word(), "", labels, entry, member).Read(null, out var signal);
            if (problem is null)
            {
                signals.Add(signal);
            }
            else if (type is SignalType.PhotoDna or SignalType.Vpdq)
            {
                // Exchanges write vectors and films in more than one way; one that is not read is no fault of the entry.
                Unheld(kind);
            }
            else
            {
                reasons.Add($"{type.Word()}: {problem.Value.Reason}");
            }
        }

        if (reasons.Count > 0)
        {
            Refuse(key, string.Join(' ', reasons), excerpt);
        }

        if (reasons.Count == 0 || signals.Count > 0)
        {
            _entries.Add(new(key, signals, expiresAt));
        }
    }

    /// <summary>An entry that is there no more.</summary>
    public void Gone(string key, string excerpt)
    {
        if (WrongKey(key) is { } wrong)
        {
            Refuse(key, wrong, excerpt);
            return;
        }

        _entries.Add(new(key, []));
    }

    /// <summary>An entry that cannot be read.</summary>
    public void Refuse(string key, string reason, string excerpt) => _unreadable.Add(new(Clean(key.Length == 0 ? excerpt : key, ExchangeEntry.MaxKey), reason, Clean(excerpt, SetAsideEntry.MaxExcerpt)));

    /// <summary>Counts a fingerprint of a kind that Jaga does not hold.</summary>
    public void Unheld(string kind)
    {
        var name = Label(kind);
        if (_unheld.Count < 20 || _unheld.ContainsKey(name))
        {
            _unheld[name] = _unheld.GetValueOrDefault(name) + 1;
        }
    }

    /// <summary>The key of what is told by its kind and value: the value's digest where the value, a text or a film, is too long for a key.</summary>
    public static string Key(string kind, string value) =>
        value.Length <= MostOfValue ? $"{kind}/{value}" : $"{kind}/sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))}";

    public ExchangePage Page() => new() { Entries = _entries, Unreadable = _unreadable, Unheld = _unheld };

    /// <summary>A name from outside, fit to be kept: no control characters, no halves of characters, at most <paramref name="most"/> long.</summary>
    public static string Clean(string text, int most) => new([.. text.Trim().Take(most).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)]);

    /// <summary>Words from outside as labels: lower case, a hyphen for what a label cannot hold, each once, at most as many as one thing may bear.</summary>
    public static string Labels(IEnumerable<string?> words) =>
        string.Join(' ', words.OfType<string>().Select(Label).Where(l => l.Length > 0).Distinct().Take(LabelWords.MaxCount));

    private static string Label(string word) =>
        new string([.. word.Trim().ToLowerInvariant().Take(40).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-' ? c : '-')]);

    private static string? WrongKey(string key) =>
        key.Length is 0 or > ExchangeEntry.MaxKey ? $"An entry's id has 1 to {ExchangeEntry.MaxKey} characters; this one has {key.Length:N0}."
        : key.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\uFFFD') ? "A character in the entry's id does not belong there."
        : null;
}
