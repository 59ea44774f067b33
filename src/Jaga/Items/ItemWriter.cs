using System.Data.Common;
using Jaga.Items.Fingerprints;
using Jaga.Matching;

namespace Jaga.Items;

/// <summary>Writes items as raw rows on the hot path, through <see cref="GroupCommit"/>: many checks, one disk sync.</summary>
public sealed class ItemWriter(StorageSettings storage, GroupCommit group)
{
    private const string Insert =
        """
        INSERT INTO items (id, external_id, kind, account, "group", url, name, surface, visibility, region, uploaded_at, publicly_available, received_at, verdict, outcome, reason,
                           format, width, height, size, md5, sha1, sha256, pdq, quality, "case", sent_by)
        VALUES (@id, @external_id, @kind, @account, @group, @url, @name, @surface, @visibility, @region, @uploaded_at, @publicly_available, @received_at, @verdict, @outcome, @reason,
                @format, @width, @height, @size, @md5, @sha1, @sha256, @pdq, @quality, @case, @sent_by)
        """;

    private readonly bool _postgres = Storage.IsPostgres(storage.Effective);

    private const string InsertSighting =
        """
        INSERT INTO sightings (id, signal, bank, item, account, outcome, distance, allowed_by, at)
        VALUES (@id, @signal, @bank, @item, @account, @outcome, @distance, @allowed_by, @at)
        """;

    /// <summary>Has <paramref name="item"/> and its fingerprints committed, with what was met in it and the answer to an idempotent write if there is one.</summary>
    internal Task Write(Item item, KeptFingerprints kept, IReadOnlyList<Sighting> sightings, IdempotentAnswer? answer, CancellationToken ct) => group.Commit(async (connection, transaction, token) =>
    {
        var at = Storage.Time(_postgres, item.ReceivedAt);
        await Row(
            connection, transaction, Insert, token, ("@id", item.Id.Value), ("@external_id", item.ExternalId), ("@kind", item.Kind.ToString()), ("@account", item.Account),
            ("@group", item.Group), ("@url", item.Url), ("@name", item.Name), ("@surface", item.Surface), ("@visibility", item.Visibility.ToString()), ("@region", item.Region),
            ("@uploaded_at", item.UploadedAt is { } uploaded ? Storage.Time(_postgres, uploaded) : null), ("@publicly_available", item.PubliclyAvailable),
            ("@received_at", at), ("@verdict", item.Verdict.ToString()), ("@outcome", item.Outcome), ("@reason", item.Reason),
            ("@format", item.Format), ("@width", item.Width), ("@height", item.Height), ("@size", item.Size), ("@md5", item.Md5), ("@sha1", item.Sha1), ("@sha256", item.Sha256),
            ("@pdq", item.Pdq), ("@quality", item.Quality), ("@case", item.Case), ("@sent_by", item.SentBy));
        await Row(connection, transaction, FingerprintTail.Insert, token, ("@seq", kept.Seq), ("@at", at), ("@heads", kept.Heads), ("@hashes", kept.Hashes));
        foreach (var met in sightings)
        {
            await Row(
                connection, transaction, InsertSighting, token, ("@id", met.Id.Value), ("@signal", met.Signal), ("@bank", met.Bank), ("@item", met.Item), ("@account", met.Account),
                ("@outcome", met.Outcome.ToString()), ("@distance", met.Distance), ("@allowed_by", met.AllowedBy), ("@at", Storage.Time(_postgres, met.At)));
        }

        if (answer is not null)
        {
            await answer.Insert(connection, transaction, _postgres, token);
        }
    }, ct);

    private static async Task Row(DbConnection connection, DbTransaction transaction, string sql, CancellationToken ct, params IReadOnlyList<(string Name, object? Value)> values)
    {
        await using var insert = connection.CreateCommand();
#pragma warning disable CA2100 // One of the constants above.
        (insert.CommandText, insert.Transaction) = (sql, transaction);
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            var parameter = insert.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            if (value is null && name is "@md5" or "@sha1" or "@sha256" or "@pdq")
            {
                parameter.DbType = System.Data.DbType.Binary;
            }

            insert.Parameters.Add(parameter);
        }

        await insert.ExecuteNonQueryAsync(ct);
    }
}
