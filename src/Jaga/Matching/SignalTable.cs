using System.Buffers.Binary;
using System.Text;
using Jaga.Banks;

namespace Jaga.Matching;

/// <summary>What signals of one batch with the same labels and member share.</summary>
internal sealed record Provenance(string Source, string Labels, string Member);

/// <summary>One signal in memory. Its value stands in the index that leads here.</summary>
internal readonly record struct Slot(long Id, Provenance From, long Entry, int Bank, ushort Share, sbyte Quality, SignalType Type);

/// <summary>
/// What is known of each signal, by its place: 32 bytes and its entry's text. One writer appends; any number of readers look at places that an index
/// gave them, and so at nothing that is not written. Places are not used again: a reader may still hold one.
/// </summary>
internal sealed class SignalTable
{
    private const int PageBits = 16;
    private const int TextBits = 20;
    private readonly Dictionary<Provenance, Provenance> _shared = [];
    private volatile Slot[][] _pages = [];
    private volatile byte[][] _texts = [];
    private int _textEnd = 1 << TextBits;

    /// <summary>Places written.</summary>
    public int Count { get; private set; }

    public ref readonly Slot this[int place] => ref _pages[place >> PageBits][place & ((1 << PageBits) - 1)];

    /// <summary>Appends a signal and answers its place.</summary>
    public int Append(in FedSignal signal, string source)
    {
        var from = new Provenance(source, signal.Labels, signal.Member);
        if (_shared.TryGetValue(from, out var known))
        {
            from = known;
        }
        else
        {
            _shared.Add(from, from);
        }

        var place = Count;
        if (place >> PageBits == _pages.Length)
        {
            _pages = [.. _pages, new Slot[1 << PageBits]];
        }

        _pages[place >> PageBits][place & ((1 << PageBits) - 1)] =
            new(signal.Id, from, Keep(signal.Entry), signal.Bank, Share(signal.Value), (sbyte)(signal.Quality ?? -1), signal.Type);
        Count++;
        return place;
    }

    /// <summary>The entry's text of a slot.</summary>
    public string Entry(in Slot slot)
    {
        if (slot.Entry < 0)
        {
            return "";
        }

        var text = _texts[slot.Entry >> TextBits].AsSpan((int)(slot.Entry & ((1 << TextBits) - 1)));
        return Encoding.UTF8.GetString(text.Slice(sizeof(ushort), BinaryPrimitives.ReadUInt16LittleEndian(text)));
    }

    /// <summary>
    /// Where in 0 to 65,535 a value falls, evenly spread and always the same: the signals below a bank's share of it take part. (FNV-1a, folded; hashes of
    /// pictures are not evenly spread by themselves.)
    /// </summary>
    internal static ushort Share(ReadOnlySpan<byte> value)
    {
        var mixed = 14695981039346656037UL;
        foreach (var one in value)
        {
            mixed = (mixed ^ one) * 1099511628211UL;
        }

        mixed ^= mixed >> 32;
        return (ushort)(mixed ^ (mixed >> 16));
    }

    // Texts stand one after the other in large blocks, each behind its length: an object for each of millions would cost more than the text.
    private long Keep(string entry)
    {
        if (entry.Length == 0)
        {
            return -1;
        }

        var length = Encoding.UTF8.GetByteCount(entry);
        if (_textEnd + sizeof(ushort) + length > 1 << TextBits)
        {
            _texts = [.. _texts, new byte[1 << TextBits]];
            _textEnd = 0;
        }

        var at = ((long)(_texts.Length - 1) << TextBits) + _textEnd;
        var text = _texts[^1].AsSpan(_textEnd);
        BinaryPrimitives.WriteUInt16LittleEndian(text, (ushort)length);
        Encoding.UTF8.GetBytes(entry, text[sizeof(ushort)..]);
        _textEnd += sizeof(ushort) + length;
        return at;
    }
}
