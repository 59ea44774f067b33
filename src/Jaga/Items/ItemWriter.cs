using System.Data.Common;

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

    /// <summary>Has <paramref name="item"/> committed, with the answer to an idempotent write if there is one.</summary>
    public Task Write(Item item, IdempotentAnswer? answer, CancellationToken ct) => group.Commit(async (connection, transaction, token) =>
    {
        await using var insert = connection.CreateCommand();
        (insert.CommandText, insert.Transaction) = (Insert, transaction);
        Add("@id", item.Id.Value);
        Add("@external_id", item.ExternalId);
        Add("@kind", item.Kind.ToString());
        Add("@account", item.Account);
        Add("@group", item.Group);
        Add("@url", item.Url);
        Add("@name", item.Name);
        Add("@surface", item.Surface);
        Add("@visibility", item.Visibility.ToString());
        Add("@region", item.Region);
        Add("@uploaded_at", item.UploadedAt is { } uploaded ? Storage.Time(_postgres, uploaded) : null);
        Add("@publicly_available", item.PubliclyAvailable);
        Add("@received_at", Storage.Time(_postgres, item.ReceivedAt));
        Add("@verdict", item.Verdict.ToString());
        Add("@outcome", item.Outcome);
        Add("@reason", item.Reason);
        Add("@format", item.Format);
        Add("@width", item.Width);
        Add("@height", item.Height);
        Add("@size", item.Size);
        Add("@md5", item.Md5);
        Add("@sha1", item.Sha1);
        Add("@sha256", item.Sha256);
        Add("@pdq", item.Pdq);
        Add("@quality", item.Quality);
        Add("@case", item.Case);
        Add("@sent_by", item.SentBy);
        await insert.ExecuteNonQueryAsync(token);
        if (answer is not null)
        {
            await answer.Insert(connection, transaction, _postgres, token);
        }

        void Add(string name, object? value)
        {
            var parameter = insert.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            if (value is null && name is "@md5" or "@sha1" or "@sha256" or "@pdq")
            {
                parameter.DbType = System.Data.DbType.Binary;
            }

            insert.Parameters.Add(parameter);
        }
    }, ct);
}
