using System.Globalization;
using System.Text;

namespace Jaga.Audit;

/// <summary>Everything that somebody outside needs to check that one line is in the log: the line's bytes, its path, and the signed checkpoint.</summary>
/// <param name="Seq">The line's place.</param>
/// <param name="Line">Its canonical text: SHA-256(0x00 ‖ these bytes) is the leaf.</param>
/// <param name="Hashes">The path to the root, nearest sibling first.</param>
/// <param name="Checkpoint">A signed checkpoint that covers it.</param>
public sealed record InclusionProof(long Seq, string Line, IReadOnlyList<byte[]> Hashes, string Checkpoint)
{
    private const string Head = "c2sp.org/tlog-proof@v1";

    /// <summary>The proof as a file (C2SP tlog-proof): without the line for a file that lies beside it, or as a receipt that needs nothing else, with the line's bytes as its <c>extra</c> data.</summary>
    public string ToFile(bool withLine = false)
    {
        var file = new StringBuilder().Append(Head).Append('\n');
        _ = withLine ? file.Append("extra ").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(Line))).Append('\n') : file;
        file.Append(CultureInfo.InvariantCulture, $"index {Seq}\n");
        foreach (var hash in Hashes)
        {
            file.Append(Convert.ToBase64String(hash)).Append('\n');
        }

        return file.Append('\n').Append(Checkpoint).ToString();
    }

    /// <summary>Reads a proof file back for the line with this canonical text.</summary>
    /// <exception cref="FormatException">It is not such a file, is not written as <see cref="ToFile"/> writes it, or holds another line.</exception>
    public static InclusionProof FromFile(string file, string line)
    {
        var end = file.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = end < 0 ? [] : file[..end].Split('\n').Where(l => !l.StartsWith("extra ", StringComparison.Ordinal)).ToList();
        if (lines.Count < 2 || lines[0] != Head || !lines[1].StartsWith("index ", StringComparison.Ordinal)
            || !long.TryParse(lines[1][6..], NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
        {
            throw new FormatException("This is not a tlog-proof file.");
        }

        var proof = new InclusionProof(seq, line, [.. lines.Skip(2).Select(Convert.FromBase64String)], file[(end + 2)..]);

        // Base64 has spare bits, and a number may have zeros before it: only the one way of writing them is taken, so that no byte can change unseen.
        return proof.ToFile() == file || proof.ToFile(withLine: true) == file ? proof : throw new FormatException("This tlog-proof file was altered, or it is the proof of another line.");
    }

    /// <summary>Reads a receipt back: a proof file that holds its line, whatever readable text stands before it.</summary>
    /// <exception cref="FormatException">It is not such a file, or holds no line.</exception>
    public static InclusionProof FromReceipt(string file)
    {
        file = file[Math.Max(0, file.IndexOf(Head, StringComparison.Ordinal))..];
        var extra = file.Split('\n').TakeWhile(l => l.Length > 0).FirstOrDefault(l => l.StartsWith("extra ", StringComparison.Ordinal)) ?? throw new FormatException("This proof file does not hold its line. Give the line beside it.");
        return FromFile(file, Encoding.UTF8.GetString(Convert.FromBase64String(extra[6..])));
    }

    /// <summary>Whether the proof holds: the line is where it says in the tree of the checkpoint. Who signed that is another question: <see cref="SignedNote.SignedBy"/>.</summary>
    /// <exception cref="FormatException">The checkpoint cannot be read.</exception>
    public bool Holds()
    {
        var checkpoint = Audit.Checkpoint.Parse(SignedNote.Parse(Checkpoint).Text);
        return Merkle.Includes(Merkle.Leaf(Encoding.UTF8.GetBytes(Line)), Seq, checkpoint.Size, Hashes, checkpoint.Root);
    }
}

/// <summary>That the tree of <paramref name="To"/> lines begins with the tree of <paramref name="From"/> lines, nothing altered between.</summary>
public sealed record ConsistencyProof(long From, byte[] FromRoot, long To, byte[] ToRoot, IReadOnlyList<byte[]> Hashes);

/// <summary>Gives proofs from the log.</summary>
public sealed class ReadProof(Db db, AuditTree tree, SignCheckpoint sign)
{
    /// <summary>The proof that line <paramref name="seq"/> is in the log, by the newest checkpoint; signs one when none covers the line yet.</summary>
    /// <exception cref="NotFound">There is no such line.</exception>
    public async Task<InclusionProof> Inclusion(long seq, CancellationToken ct)
    {
        var line = await db.AuditLines.AsNoTracking().SingleOrDefaultAsync(l => l.Seq == seq, ct) ?? throw new NotFound("such line");
        return (await Inclusions([line], ct))[0];
    }

    /// <summary>Proofs for several lines by one and the same checkpoint.</summary>
    public async Task<IReadOnlyList<InclusionProof>> Inclusions(IReadOnlyCollection<AuditLine> lines, CancellationToken ct)
    {
        return await Prove(lines, await Covering(lines.Select(l => l.Seq).DefaultIfEmpty(-1).Max(), ct) ?? await sign.Sign(ct), ct);
    }

    /// <summary>The receipt of the first line that says <paramref name="action"/> of <paramref name="subject"/>: for whoever is told that it was done, to check without us. Null where there is no such line.</summary>
    public async Task<string?> Receipt(Subject subject, string action, CancellationToken ct) =>
        await First(subject, action, ct) is { } line ? (await Inclusions([line], ct))[0].ToFile(withLine: true) : null;

    /// <summary>
    /// The same receipt for pages that anybody may open: nothing is signed because somebody looked. Null also until a checkpoint covers the line, for <see cref="SignCheckpoint.Every"/> at most.
    /// </summary>
    public async Task<string?> CoveredReceipt(Subject subject, string action, CancellationToken ct) =>
        await First(subject, action, ct) is { } line && await Covering(line.Seq, ct) is { } checkpoint ? (await Prove([line], checkpoint, ct))[0].ToFile(withLine: true) : null;

    private async Task<List<InclusionProof>> Prove(IReadOnlyCollection<AuditLine> lines, StoredCheckpoint checkpoint, CancellationToken ct)
    {
        var note = checkpoint.Note + string.Concat((await db.Set<StoredCosignature>().AsNoTracking().Where(c => c.Size == checkpoint.Size).OrderBy(c => c.Witness).Select(c => c.Line).ToListAsync(ct)).Select(l => l + "\n"));
        var proofs = new List<InclusionProof>(lines.Count);
        foreach (var line in lines)
        {
            proofs.Add(new(line.Seq, Encoding.UTF8.GetString(line.Canonical()), await tree.Inclusion(line.Seq, checkpoint.Size, ct), note));
        }

        return proofs;
    }

    private Task<AuditLine?> First(Subject subject, string action, CancellationToken ct) =>
        db.AuditLines.AsNoTracking().Where(l => l.Subject.Kind == subject.Kind && l.Subject.Id == subject.Id && l.Action == action).OrderBy(l => l.Seq).FirstOrDefaultAsync(ct);

    // The newest checkpoint that a witness cosigned is worth more than a newer one that only we signed.
    private async Task<StoredCheckpoint?> Covering(long last, CancellationToken ct)
    {
        var covering = db.AuditCheckpoints.AsNoTracking().Where(c => c.Size > last).OrderByDescending(c => c.Size);
        return await covering.FirstOrDefaultAsync(c => db.Set<StoredCosignature>().Any(s => s.Size == c.Size), ct) ?? await covering.FirstOrDefaultAsync(ct);
    }

    /// <summary>The proof that nothing was altered between two sizes of the log.</summary>
    /// <exception cref="BadInput">The sizes are out of order, or the log is not that long.</exception>
    public async Task<ConsistencyProof> Consistency(long from, long to, CancellationToken ct)
    {
        var size = await db.Set<AuditHead>().Select(h => h.Size).SingleAsync(ct);
        if (from < 0 || from > to || to > size)
        {
            throw new BadInput("from", $"Give two sizes of the log in order, from 0 to {size}.");
        }

        return new(from, await tree.Root(from, ct), to, await tree.Root(to, ct), await tree.Consistency(from, to, ct));
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/audit/lines/{seq:long}/proof", (ReadProof read, long seq, CancellationToken ct) => read.Inclusion(seq, ct))
            .Requires(Permission.ReadAudit).WithSummary("The proof that a line is in the log");
        api.MapGet("/audit/receipt", async (ReadProof read, string subject, string action, CancellationToken ct) =>
            TypedResults.Text((subject.Split('/', 2) is [var kind, var id] ? await read.Receipt(new(kind, id), action, ct) : throw new BadInput("subject", "A subject is written KIND/ID.")) ?? throw new NotFound("such line"), "text/plain; charset=utf-8"))
            .Requires(Permission.ReadAudit).WithSummary("A line of the log with its proof as one file (C2SP tlog-proof), to be given to whoever it concerns");
        api.MapGet("/audit/consistency", (ReadProof read, long from, long to, CancellationToken ct) => read.Consistency(from, to, ct))
            .Requires(Permission.ReadAudit).WithSummary("The proof that the log only grew from one size to another");
    }
}
