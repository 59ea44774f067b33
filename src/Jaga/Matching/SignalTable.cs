using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Jaga.Banks;

namespace Jaga.Matching;

/// <summary>What signals of one batch with the same labels and member share.</summary>
internal sealed record Provenance(string Source, string Labels, string Member);

/// <summary>One signal in memory. Its value stands in the index that leads here.</summary>
internal readonly record struct Slot(long Id, long Entry, int Bank, int From, ushort Share, sbyte Quality, byte TypeNumber)
{
    public SignalType Type => (SignalType)TypeNumber;
}

/// <summary>
/// What is known of each signal, by its place: 32 bytes and its entry's text. One writer appends; any number of readers look at places that an index
/// gave them, and so at nothing that is not written. Places are not used again: a reader may still hold one.
/// </summary>
internal sealed class SignalTable
{
    private const int PageBits = 16;
    private const int TextBits = 20;
    private readonly Dictionary<Provenance, int> _shared = [];
    private volatile Provenance[] _from = new Provenance[16];
    private volatile Slot[][] _pages = [];
    private volatile byte[][] _texts = [];
    private int _textEnd = 1 << TextBits;

    /// <summary>Places written.</summary>
    public int Count { get; private set; }

    public ref readonly Slot this[int place] => ref _pages[place >> PageBits][place & ((1 << PageBits) - 1)];

    /// <summary>Appends a signal and answers its place.</summary>
    public int Append(in FedSignal signal, string source)
    {
        var from = Pooled(new(source, signal.Labels, signal.Member));
        var place = Count;
        if (place >> PageBits == _pages.Length)
        {
            _pages = [.. _pages, new Slot[1 << PageBits]];
        }

        _pages[place >> PageBits][place & ((1 << PageBits) - 1)] =
            new(signal.Id, Keep(signal.Entry), signal.Bank, from, Share(signal.Value), (sbyte)(signal.Quality ?? -1), (byte)signal.Type);
        Count++;
        return place;
    }

    /// <summary>What a slot's signal shares with others.</summary>
    public Provenance From(in Slot slot) => _from[slot.From];

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

    /// <summary>What is written now; what comes later does not change it.</summary>
    public Action<SnapshotWriter> Image()
    {
        var (count, pages, texts, end, from, shared) = (Count, _pages, _texts, _textEnd, _from, _shared.Count);
        return to =>
        {
            to.Number(count);
            for (var page = 0; page << PageBits < count; page++)
            {
                to.Bytes(MemoryMarshal.AsBytes(pages[page].AsSpan(0, Math.Min(1 << PageBits, count - (page << PageBits)))));
            }

            to.Number(texts.Length);
            to.Number(end);
            for (var i = 0; i < texts.Length; i++)
            {
                to.Bytes(texts[i].AsSpan(0, i < texts.Length - 1 ? texts[i].Length : end));
            }

            to.Number(shared);
            foreach (var one in from.AsSpan(0, shared))
            {
                to.Text(one.Source);
                to.Text(one.Labels);
                to.Text(one.Member);
            }
        };
    }

    /// <summary>Fills an empty table with what <see cref="Image"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It cannot be believed.</exception>
    public void Take(SnapshotReader image)
    {
        Count = (int)image.Number();
        var pages = new Slot[(Count + (1 << PageBits) - 1) >> PageBits][];
        for (var page = 0; page < pages.Length; page++)
        {
            pages[page] = new Slot[1 << PageBits];
            image.Bytes(MemoryMarshal.AsBytes(pages[page].AsSpan()), Math.Min(1 << PageBits, Count - (page << PageBits)) * Unsafe.SizeOf<Slot>());
        }

        var texts = new byte[(int)image.Number()][];
        _textEnd = (int)image.Number();
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = new byte[1 << TextBits];
            image.Bytes(texts[i], i < texts.Length - 1 ? 1 << TextBits : _textEnd);
        }

        (_pages, _texts) = (pages, texts);
        for (var left = image.Number(); left > 0; left--)
        {
            Pooled(new(image.Text(), image.Text(), image.Text()));
        }
    }

    private int Pooled(Provenance from)
    {
        if (_shared.TryGetValue(from, out var known))
        {
            return known;
        }

        var number = _shared.Count;
        if (number == _from.Length)
        {
            var more = new Provenance[2 * number];
            _from.CopyTo(more, 0);
            _from = more;
        }

        _from[number] = from;
        _shared.Add(from, number);
        return number;
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
