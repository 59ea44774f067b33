using System.Collections.Frozen;
using Jaga.Banks;

namespace Jaga.Matching;

/// <summary>The banks' terms at one moment: replaced whole, so that a query sees one state of them.</summary>
internal sealed class BankTerms
{
    public static readonly BankTerms None = new([]);

    private readonly FrozenDictionary<int, Bank> _byNumber;

    private BankTerms(IReadOnlyCollection<Bank> banks)
    {
        _byNumber = banks.ToFrozenDictionary(b => b.Number);
        var enabled = banks.Where(b => b.Enabled).ToList();
        Widest = enabled.Count == 0 ? -1 : enabled.Max(b => b.MaxDistance);
        LeastQuality = enabled.Count == 0 ? int.MaxValue : enabled.Min(b => b.MinQuality);
        WidestText = enabled.Count == 0 ? -1 : enabled.Max(b => b.TextDistance);
        WidestFilm = enabled.Count == 0 ? -1 : enabled.Max(b => b.FilmDistance);
        LeastFilmQuality = enabled.Count == 0 ? int.MaxValue : enabled.Min(b => b.FilmQuality);
        WidestVector = enabled.Count == 0 ? -1 : enabled.Max(b => b.VectorDistance);
    }

    /// <summary>The largest distance that any enabled bank allows; −1 where none is enabled.</summary>
    public int Widest { get; }

    /// <summary>The least quality that any enabled bank takes.</summary>
    public int LeastQuality { get; }

    /// <summary>The largest distance of texts, of frames and of vectors that any enabled bank allows, and the least quality of frames that one takes.</summary>
    public int WidestText { get; }

    /// <inheritdoc cref="WidestText"/>
    public int WidestFilm { get; }

    /// <inheritdoc cref="WidestText"/>
    public int LeastFilmQuality { get; }

    /// <inheritdoc cref="WidestText"/>
    public double WidestVector { get; }

    public int Count => _byNumber.Count;

    /// <summary>Whether there is a bank of this name; upper and lower case are one.</summary>
    public bool Has(string name) => _byNumber.Values.Any(b => b.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>These with <paramref name="changed"/> in place of those of the same number.</summary>
    public BankTerms With(IEnumerable<Bank> changed)
    {
        var now = _byNumber.Values.ToDictionary(b => b.Number);
        foreach (var bank in changed)
        {
            now[bank.Number] = bank;
        }

        return new(now.Values);
    }

    /// <summary>The banks that ask farther for signals of a type than its index answers fast.</summary>
    public IEnumerable<int> Far(Banks.SignalType type) => _byNumber.Values.Where(b => SignalIndexes.IsFar(type, b)).Select(b => b.Number);

    /// <summary>The bank, whether it takes part or not; null where it is not known yet.</summary>
    public Bank? Of(int number) => _byNumber.GetValueOrDefault(number);

    /// <summary>The bank, if it takes part.</summary>
    public Bank? Enabled(int number) => _byNumber.TryGetValue(number, out var bank) && bank.Enabled ? bank : null;
}
