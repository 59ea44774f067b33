using System.Buffers;
using System.Data;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Jaga.Audit;

/// <summary>What a stored log consists of, in the order in which it came to be: a tile after its last line, a checkpoint after the lines it covers.</summary>
public abstract record AuditEntry
{
    /// <summary>A line: its place, its canonical bytes, and the leaf hash stored with it.</summary>
    public sealed record Line(long Seq, byte[] Canonical, byte[] Leaf) : AuditEntry;

    /// <summary>A tile that must be there by now; null when it is not.</summary>
    public sealed record Tile(int Level, long Number, AuditTile? Stored) : AuditEntry;

    /// <summary>A signed checkpoint, with the size it is filed under.</summary>
    public sealed record Note(long Size, string Text) : AuditEntry;

    /// <summary>The head row, after the last line.</summary>
    public sealed record Head(AuditHead Stored) : AuditEntry;

    /// <summary>Something that cannot be read as any of these.</summary>
    public sealed record Unreadable(string What) : AuditEntry;
}

/// <summary>Reads a log back, entry by entry: from a database without a server, or from an exported file. Memory stays bounded however long the log is.</summary>
public static class AuditEntries
{
    private const int PageRows = 2048;
    private const int MaxRowBytes = 16 * 1024 * 1024;
    private static readonly byte[] LineStart = "{\"line\":"u8.ToArray(), LeafStart = ",\"leaf\":\""u8.ToArray(), LineEnd = "\"}"u8.ToArray(), NoteStart = "{\"checkpoint\":"u8.ToArray();

    /// <summary>Opens the database to read only, in one snapshot, beside a running server or without one.</summary>
    public static async Task<Db> Open(StorageSettings storage, CancellationToken ct)
    {
        var postgres = Storage.IsPostgres(storage.Effective);
        var settings = postgres ? storage : storage with { Connection = new SqliteConnectionStringBuilder(storage.Effective) { Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString() };
        var db = new Db((DbContextOptions<Db>)new DbContextOptionsBuilder<Db>().UseStore(settings).Options, new WriteGate(settings), TimeProvider.System);
        await db.Database.OpenConnectionAsync(ct);
        _ = db.Database.GetDbConnection() is SqliteConnection sqlite
            ? await db.Database.UseTransactionAsync(sqlite.BeginTransaction(deferred: true), ct)
            : await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        return db;
    }

    /// <summary>The log in a database, tiles, checkpoints and head included.</summary>
    public static async IAsyncEnumerable<AuditEntry> In(Db db, [EnumeratorCancellation] CancellationToken ct)
    {
        var (last, covered) = (-1L, -1L);
        while (true)
        {
            var lines = await db.AuditLines.AsNoTracking().Where(l => l.Seq > last).OrderBy(l => l.Seq).Take(PageRows).ToListAsync(ct);
            var end = lines.Count < PageRows ? long.MaxValue : lines[^1].Seq + 1;
            var notes = new Queue<StoredCheckpoint>(await db.AuditCheckpoints.AsNoTracking().Where(c => c.Size > covered && c.Size <= end).OrderBy(c => c.Size).ToListAsync(ct));
            foreach (var line in lines)
            {
                while (notes.TryPeek(out var due) && due.Size <= line.Seq)
                {
                    yield return new AuditEntry.Note(due.Size, notes.Dequeue().Note);
                }

                yield return new AuditEntry.Line(line.Seq, line.Canonical(), line.Leaf);
                for (var (level, count) = (0, line.Seq + 1); count % AuditTile.Width == 0; level++)
                {
                    count /= AuditTile.Width;
                    var (above, number) = (level, count - 1);
                    yield return new AuditEntry.Tile(above, number, await db.Set<AuditTile>().AsNoTracking().SingleOrDefaultAsync(t => t.Level == above && t.Number == number, ct));
                }
            }

            foreach (var note in notes)
            {
                yield return new AuditEntry.Note(note.Size, note.Note);
            }

            if (end == long.MaxValue)
            {
                break;
            }

            (last, covered) = (lines[^1].Seq, end);
        }

        yield return await db.Set<AuditHead>().AsNoTracking().SingleOrDefaultAsync(ct) is { } head ? new AuditEntry.Head(head) : new AuditEntry.Unreadable("The head row of the log is missing.");
    }

    /// <summary>The log in a file that <see cref="ExportAudit"/> wrote.</summary>
    public static async IAsyncEnumerable<AuditEntry> In(Stream file, [EnumeratorCancellation] CancellationToken ct)
    {
        var reader = PipeReader.Create(file);
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return Row(buffer.Slice(0, end).ToArray());
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (buffer.Length > MaxRowBytes || (read.IsCompleted && buffer.Length > 0))
            {
                yield return new AuditEntry.Unreadable("A row does not end.");
                break;
            }

            if (read.IsCompleted)
            {
                break;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        await reader.CompleteAsync();
    }

    /// <summary>One row of an exported file, without its line feed.</summary>
    internal static byte[]? ToRow(AuditEntry entry) => entry switch
    {
        AuditEntry.Line line => [.. LineStart, .. line.Canonical, .. LeafStart, .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(line.Leaf)), .. LineEnd],
        AuditEntry.Note signed => [.. NoteStart, .. JsonSerializer.SerializeToUtf8Bytes(signed.Text), (byte)'}'],
        _ => null,
    };

    // A row is taken only in the one form in which it is written, so that no byte of the file can change unseen.
    private static AuditEntry Row(byte[] row)
    {
        try
        {
            if (row.AsSpan().StartsWith(NoteStart))
            {
                var note = JsonSerializer.Deserialize<string>(row.AsSpan(NoteStart.Length..^1))!;
                return Exactly(new AuditEntry.Note(Checkpoint.Parse(SignedNote.Parse(note).Text).Size, note), row);
            }

            var tail = LeafStart.Length + (2 * Merkle.HashBytes) + LineEnd.Length;
            var canonical = row[LineStart.Length..^tail];
            using var line = JsonDocument.Parse(canonical);
            var leaf = Convert.FromHexString(Encoding.ASCII.GetString(row[^(tail - LeafStart.Length)..^LineEnd.Length]));
            return Exactly(new AuditEntry.Line(line.RootElement.GetProperty("seq").GetInt64(), canonical, leaf), row);
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or ArgumentException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            return new AuditEntry.Unreadable("A row is not one that Jaga writes.");
        }
    }

    private static AuditEntry Exactly(AuditEntry entry, byte[] row) => ToRow(entry).AsSpan().SequenceEqual(row) ? entry : throw new FormatException();
}
