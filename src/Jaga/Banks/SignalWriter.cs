using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Jaga.Banks;

/// <summary>Writes signals in bulk, within whatever transaction is open on <paramref name="db"/>. A value that its bank holds already is passed over.</summary>
internal sealed class SignalWriter(Db db)
{
    /// <summary>Signals in one write: small enough that others' turns come soon, large enough that a disk sync is shared by thousands.</summary>
    public const int Chunk = 5000;

    /// <summary>Writes <paramref name="signals"/> under the ids from <paramref name="firstId"/> on, and answers how many the bank did not have.</summary>
    public async Task<int> Write(IReadOnlyList<NewSignal> signals, int bank, long batch, long firstId, CancellationToken ct)
    {
        var transaction = db.Database.CurrentTransaction?.GetDbTransaction() ?? throw new InvalidOperationException("Signals are written in a transaction.");
        var added = transaction.Connection switch
        {
            NpgsqlConnection postgres => await Write(postgres, signals, bank, batch, firstId, ct),
            SqliteConnection sqlite => Write(sqlite, (SqliteTransaction)transaction, signals, bank, batch, firstId, ct),
            var other => throw new InvalidOperationException($"No way is known to write to {other?.GetType().Name}."),
        };
        for (var i = 0; i < signals.Count; i++)
        {
            if (signals[i].Content is { } content)
            {
                // Only beside a signal that was not passed over.
                var id = firstId + i;
                await db.Database.ExecuteSqlAsync($"INSERT INTO signal_contents (signal, content) SELECT {id}, {content} WHERE EXISTS (SELECT 1 FROM signals WHERE id = {id})", ct);
            }
        }

        return added;
    }

    /// <summary>Takes back what a batch wrote that was never published, in small transactions, and then the batch. Its writer, if it lives, writes no more.</summary>
    public async Task Discard(SignalBatch batch, CancellationToken ct)
    {
        using (await db.WriteAlone(ct))
        {
            if (await db.SignalBatches.Where(b => b.Number == batch.Number && b.State != BatchState.Published).ExecuteUpdateAsync(set => set.SetProperty(b => b.State, BatchState.Discarded), ct) == 0)
            {
                return;
            }
        }

        for (var from = batch.FirstSignal; from < batch.FirstSignal + batch.Reserved; from += Chunk)
        {
            using var turn = await db.WriteAlone(ct);
            var to = from + Chunk;
            await db.Database.ExecuteSqlAsync($"DELETE FROM signal_contents WHERE signal >= {from} AND signal < {to}", ct);
            await db.Signals.Where(s => s.Id >= from && s.Id < to && s.Batch == batch.Number).ExecuteDeleteAsync(ct);
        }

        using var last = await db.WriteAlone(ct);
        await db.SignalBatches.Where(b => b.Number == batch.Number && b.State == BatchState.Discarded).ExecuteDeleteAsync(ct);
    }

    /// <summary>
    /// Leaves what a batch wrote to whoever goes on with the same file: it was not the file's fault that it broke off. Others may go on at once, as with a writer
    /// that was silent since <paramref name="silent"/>; where the database is away, when that time has passed.
    /// </summary>
    public async Task LetGo(SignalBatch batch, DateTimeOffset silent)
    {
        try
        {
            using var turn = await db.WriteAlone(CancellationToken.None);
            await db.SignalBatches.Where(b => b.Number == batch.Number && b.State == BatchState.Staging && b.Written == batch.Written)
                .ExecuteUpdateAsync(set => set.SetProperty(b => b.TouchedAt, silent), CancellationToken.None);
        }
        catch (DbException)
        {
            return;
        }
    }

    private static int Write(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyList<NewSignal> signals, int bank, long batch, long firstId, CancellationToken ct)
    {
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO signals (id, bank, batch, type, value, quality, labels, entry, member) VALUES ($id, $bank, $batch, $type, $value, $quality, $labels, $entry, $member) ON CONFLICT DO NOTHING";
        var id = insert.Parameters.Add("$id", SqliteType.Integer);
        insert.Parameters.AddWithValue("$bank", bank);
        insert.Parameters.AddWithValue("$batch", batch);
        var type = insert.Parameters.Add("$type", SqliteType.Text);
        var value = insert.Parameters.Add("$value", SqliteType.Blob);
        var quality = insert.Parameters.Add("$quality", SqliteType.Integer);
        var labels = insert.Parameters.Add("$labels", SqliteType.Text);
        var entry = insert.Parameters.Add("$entry", SqliteType.Text);
        var member = insert.Parameters.Add("$member", SqliteType.Text);
        var added = 0;
        for (var i = 0; i < signals.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            var signal = signals[i];
            id.Value = firstId + i;
            type.Value = signal.Type.ToString();
            value.Value = Bytes(signal.Value);
            quality.Value = signal.Quality is { } known ? known : DBNull.Value;
            (labels.Value, entry.Value, member.Value) = (signal.Labels, signal.Entry, signal.Member);
            added += insert.ExecuteNonQuery();
        }

        return added;
    }

    private static async Task<int> Write(NpgsqlConnection connection, IReadOnlyList<NewSignal> signals, int bank, long batch, long firstId, CancellationToken ct)
    {
        await using var insert = connection.CreateCommand();
        insert.CommandText =
            """
            INSERT INTO signals (id, bank, batch, type, value, quality, labels, entry, member)
            SELECT @first + s.n - 1, @bank, @batch, s.type, s.value, s.quality, s.labels, s.entry, s.member
            FROM unnest(@types, @values, @qualities, @labels, @entries, @members) WITH ORDINALITY AS s (type, value, quality, labels, entry, member, n)
            ON CONFLICT DO NOTHING
            """;
        insert.Parameters.AddWithValue("first", firstId);
        insert.Parameters.AddWithValue("bank", bank);
        insert.Parameters.AddWithValue("batch", batch);
        insert.Parameters.AddWithValue("types", NpgsqlDbType.Array | NpgsqlDbType.Text, signals.Select(s => s.Type.ToString()).ToArray());
        insert.Parameters.AddWithValue("values", NpgsqlDbType.Array | NpgsqlDbType.Bytea, signals.Select(s => Bytes(s.Value)).ToArray());
        insert.Parameters.AddWithValue("qualities", NpgsqlDbType.Array | NpgsqlDbType.Integer, signals.Select(s => s.Quality).ToArray());
        insert.Parameters.AddWithValue("labels", NpgsqlDbType.Array | NpgsqlDbType.Text, signals.Select(s => s.Labels).ToArray());
        insert.Parameters.AddWithValue("entries", NpgsqlDbType.Array | NpgsqlDbType.Text, signals.Select(s => s.Entry).ToArray());
        insert.Parameters.AddWithValue("members", NpgsqlDbType.Array | NpgsqlDbType.Text, signals.Select(s => s.Member).ToArray());
        return await insert.ExecuteNonQueryAsync(ct);
    }

    private static byte[] Bytes(ReadOnlyMemory<byte> value) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(value, out var whole) && whole.Array!.Length == value.Length ? whole.Array : value.ToArray();
}
