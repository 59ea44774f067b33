using System.Globalization;

namespace Jaga.Audit;

/// <summary>What can be wrong with a log.</summary>
public enum AuditFaultKind
{
    /// <summary>A line's content does not give the hash that was stored with it.</summary>
    Altered,

    /// <summary>A line between others is gone.</summary>
    Missing,

    /// <summary>A line stands in another's place.</summary>
    Order,

    /// <summary>A line that the head does not know of.</summary>
    Extra,

    /// <summary>Lines at the end that were vouched for are gone.</summary>
    Truncated,

    /// <summary>A line was altered together with its hash; what was signed or filed for it earlier disagrees.</summary>
    Rewritten,

    /// <summary>A checkpoint cannot be read, or its signature is wrong.</summary>
    Checkpoint,

    /// <summary>The head row does not agree with the lines.</summary>
    Head,
}

/// <summary>The first thing that is wrong, the place of the first line that it may concern, and a sentence that says it.</summary>
public sealed record AuditFault(AuditFaultKind Kind, long Seq, string Sentence);

/// <summary>What a verification found: the lines read, the root over them, the checkpoints compared, the lines that a signature covers, and the first fault if any.</summary>
public sealed record AuditReport(long Lines, byte[] Root, long Checkpoints, long SignedFor, bool SignaturesChecked, AuditFault? Fault);

/// <summary>
/// Verifies a log from its content alone, without the server: every leaf, the whole tree, every tile, every checkpoint and its signature, the head, and the
/// checkpoints that others kept. Stops at the first fault and names it.
/// </summary>
public sealed class VerifyAudit
{
    private readonly Frontier _edge = new();
    private readonly List<List<byte[]>> _levels = [[]];
    private readonly SortedDictionary<long, List<string>> _witnessed = [];
    private readonly IReadOnlyList<VerifierKey> _keys;
    private long _checkpoints, _agreed;

    private VerifyAudit(IEnumerable<string> witnessed, IReadOnlyList<VerifierKey> keys)
    {
        _keys = keys;
        foreach (var note in witnessed)
        {
            var size = Audit.Checkpoint.Parse(SignedNote.Parse(note).Text).Size;
            _witnessed[size] = [.. _witnessed.GetValueOrDefault(size, []), note];
        }
    }

    /// <summary>Verifies <paramref name="entries"/>.</summary>
    /// <param name="witnessed">Checkpoints kept outside the log: the file in the data folder, a witness's, an auditor's.</param>
    /// <param name="keys">Who may sign. With none, signatures are not checked, and the report says so.</param>
    /// <exception cref="FormatException">A witnessed checkpoint cannot be read.</exception>
    public static async Task<AuditReport> Run(IAsyncEnumerable<AuditEntry> entries, IEnumerable<string> witnessed, IReadOnlyList<VerifierKey> keys, CancellationToken ct)
    {
        var verify = new VerifyAudit(witnessed, keys);
        var fault = verify.Witnesses();
        await foreach (var entry in entries.WithCancellation(ct))
        {
            if (fault is null)
            {
                fault = verify.Entry(entry);
            }
            else if (fault.Kind is not AuditFaultKind.Missing)
            {
                break;
            }
            else if (entry is AuditEntry.Line line && line.Seq == fault.Seq)
            {
                fault = new(AuditFaultKind.Order, fault.Seq, $"Line {line.Seq} does not stand in its place; it comes later.");
            }
        }

        fault ??= verify._witnessed.Keys.Where(size => size > verify._edge.Size).Select(verify.CutShort).FirstOrDefault();
        return new(verify._edge.Size, verify._edge.Root, verify._checkpoints, verify._agreed, keys.Count > 0, fault);
    }

    private AuditFault? Entry(AuditEntry entry) => entry switch
    {
        AuditEntry.Line line => Line(line),
        AuditEntry.Tile tile => Tile(tile),
        AuditEntry.Note signed => Signed(signed),
        AuditEntry.Head head => Head(head.Stored),
        AuditEntry.Unreadable what => new(AuditFaultKind.Altered, _edge.Size, $"What stands in the place of line {_edge.Size} cannot be read. {what.What}"),
        _ => throw new InvalidOperationException($"Unknown entry {entry}."),
    };

    private AuditFault? Line(AuditEntry.Line line)
    {
        if (line.Seq != _edge.Size)
        {
            return line.Seq > _edge.Size
                ? new(AuditFaultKind.Missing, _edge.Size, $"Line {_edge.Size} is missing; line {line.Seq} stands in its place.")
                : new(AuditFaultKind.Order, line.Seq, $"Line {line.Seq} stands where line {_edge.Size} should be; it came before.");
        }

        var leaf = Merkle.Leaf(line.Canonical);
        if (!leaf.AsSpan().SequenceEqual(line.Leaf))
        {
            return new(AuditFaultKind.Altered, line.Seq, $"Line {line.Seq} was altered: its content does not give the hash that was stored with it.");
        }

        _edge.Append(leaf);
        _levels[0].Add(leaf);
        return Witnesses();
    }

    private AuditFault? Tile(AuditEntry.Tile tile)
    {
        var hashes = _levels[tile.Level];
        _levels[tile.Level] = [];
        if (_levels.Count == tile.Level + 1)
        {
            _levels.Add([]);
        }

        var root = Merkle.Perfect(hashes);
        _levels[tile.Level + 1].Add(root);
        var width = 1L << (AuditTile.Height * tile.Level);
        var first = tile.Number * AuditTile.Width * width;
        if (tile.Stored is not { } stored)
        {
            return new(AuditFaultKind.Rewritten, first, $"The tile over lines {first} to {first + (AuditTile.Width * width) - 1} is missing.");
        }

        var kept = stored.Hashes.Chunk(Merkle.HashBytes).ToList();
        for (var i = 0; i < hashes.Count; i++)
        {
            if (i >= kept.Count || !hashes[i].AsSpan().SequenceEqual(kept[i]))
            {
                var at = first + (i * width);
                return new(AuditFaultKind.Rewritten, at, tile.Level == 0 ? $"Line {at} and its hash do not agree with the tile written when it was new." : $"The lines from {at} do not agree with the tile over them.");
            }
        }

        return kept.Count == hashes.Count && root.AsSpan().SequenceEqual(stored.Root) ? null : new(AuditFaultKind.Rewritten, first, $"The tile over the lines from {first} was altered.");
    }

    private AuditFault? Signed(AuditEntry.Note signed) =>
        signed.Size > _edge.Size ? CutShort(signed.Size)
        : signed.Size < _edge.Size ? new(AuditFaultKind.Order, signed.Size, $"The checkpoint over {signed.Size} lines does not stand in its place.")
        : Compare(signed.Text);

    private AuditFault? Witnesses() => _witnessed.TryGetValue(_edge.Size, out var notes) ? notes.Select(Compare).FirstOrDefault(f => f is not null) : null;

    // A note agrees when it is about as many lines as there are now, has their root, and is rightly signed.
    private AuditFault? Compare(string note)
    {
        try
        {
            var signed = SignedNote.Parse(note);
            var checkpoint = Audit.Checkpoint.Parse(signed.Text);
            var verdicts = _keys.Select(signed.SignedBy).ToList();
            if (checkpoint.Size != _edge.Size || verdicts.Contains(false) || (verdicts.Count > 0 && !verdicts.Contains(true)))
            {
                return new(AuditFaultKind.Checkpoint, _edge.Size, $"The checkpoint over {_edge.Size} lines is not rightly signed by a key that was given.");
            }

            if (!checkpoint.Root.AsSpan().SequenceEqual(_edge.Root))
            {
                return new(AuditFaultKind.Rewritten, _agreed, $"The checkpoint over {_edge.Size} lines disagrees: among the lines {_agreed} to {_edge.Size - 1}, some were altered together with their hashes.");
            }
        }
        catch (FormatException unreadable)
        {
            return new(AuditFaultKind.Checkpoint, _edge.Size, $"The checkpoint over {_edge.Size} lines cannot be read. {unreadable.Message}");
        }

        (_agreed, _checkpoints) = (_edge.Size, _checkpoints + 1);
        return null;
    }

    private AuditFault? Head(AuditHead head)
    {
        if (head.Size != _edge.Size)
        {
            return head.Size > _edge.Size
                ? new(AuditFaultKind.Truncated, _edge.Size, $"The log was cut short: its head says {head.Size} lines, and {_edge.Size} are there. Line {_edge.Size} is the first that is gone.")
                : new(AuditFaultKind.Extra, head.Size, $"Line {head.Size} was added past the log: its head says {head.Size} lines, and {_edge.Size} are there.");
        }

        return head.Frontier.AsSpan().SequenceEqual(_edge.ToBytes()) ? null
            : new(AuditFaultKind.Head, _agreed, $"The head does not agree with the lines: among the lines from {_agreed} on, some were altered together with their hashes, or the head was.");
    }

    private AuditFault CutShort(long size) => new(AuditFaultKind.Truncated, _edge.Size, string.Create(CultureInfo.InvariantCulture, $"The log was cut short: a checkpoint vouches for {size} lines, and {_edge.Size} are there. Line {_edge.Size} is the first that is gone."));
}
