using System.Globalization;
using System.Security.Cryptography;
using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Obligations;

namespace Jaga.Witnesses;

/// <summary>Takes the newest checkpoint out of the house: to the folder, to the receiver, to each witness. What one of them lacks because it was away, the next turn brings.</summary>
public sealed class PublishCheckpoint(Db db, SignCheckpoint sign, AskWitness ask, AskTimestamp timestamp, CheckpointFolder folder, Outbox outbox, Notices notices, WitnessSettings settings, TimeProvider clock, ILogger<PublishCheckpoint> logger) : IRecurring
{
    /// <summary>The type of the delivery that tells a receiver.</summary>
    public const string Type = "checkpoint.published";

    private const string ToFolder = "folder", ToReceiver = "receiver", ToAuthority = "timestamp";

    // Whoever contradicts the log is told of again for as long as it does; anything else when it begins and when it changes.
    private static readonly TimeSpan Again = TimeSpan.FromHours(24);

    public async Task<bool> Run(CancellationToken ct)
    {
        if (settings.Folder.Length == 0 && settings.Receiver.Length == 0 && settings.TimestampAuthority.Length == 0 && settings.Ask.Count == 0)
        {
            return false;
        }

        var newest = await sign.Sign(ct);
        if (settings.Folder.Length > 0)
        {
            await Round(ToFolder, newest, _ => folder.Add(newest, ct), ct);
        }

        if (settings.Receiver.Length > 0)
        {
            await Round(ToReceiver, newest, _ => Send(newest, ct), ct);
        }

        if (settings.TimestampAuthority.Length > 0)
        {
            await Round(ToAuthority, newest, _ => Timestamp(newest, ct), ct);
        }

        foreach (var (address, key) in settings.All())
        {
            await Round(key.Name, newest, round => Cosign(address, key, round, newest, ct), ct);
        }

        return false;
    }

    private async Task Round(string name, StoredCheckpoint newest, Func<WitnessRound, Task> work, CancellationToken ct)
    {
        var round = await db.WitnessRounds.AsNoTracking().SingleOrDefaultAsync(r => r.Name == name, ct) ?? new() { Name = name };
        if (round.Size >= newest.Size && round.Failure is null)
        {
            return;
        }

        (WitnessFault Fault, string Why)? failure = null;
        try
        {
            await work(round);
        }
        catch (Exception refused) when (refused is WitnessRefused or TimestampWrong or RuleBroken or IOException or UnauthorizedAccessException or CryptographicException)
        {
            failure = (refused switch { WitnessRefused r => r.Fault, TimestampWrong t => t.Fault, _ => WitnessFault.House }, refused.Message);
            logger.LogError("The checkpoint did not reach {Name}: {Why}", name, refused.Message);
        }

        await using var transaction = await db.Begin(ct);
        if (failure is { } told && (told.Fault != round.Fault || (told.Fault is WitnessFault.Against && await LongSinceTold(name, ct))))
        {
            var says = told.Fault is WitnessFault.Against
                ? new Sentence($"{name} contradicts the audit log. {told.Why}", $"{name} bertentangan dengan log audit. {told.Why}")
                : new($"The audit log's checkpoint did not reach {name}. {told.Why}", $"Titik periksa log audit tidak sampai ke {name}. {told.Why}");
            await notices.Tell(Whom.Lead, "leads", null, new("witness", name), says, urgent: true, null, ct);
        }
        else if (failure is null && round.Failure is not null)
        {
            await notices.Over(new("witness", name), ct);
        }

        if (await db.WitnessRounds.SingleOrDefaultAsync(r => r.Name == name, ct) is not { } kept)
        {
            db.Add(kept = new() { Name = name });
        }

        (kept.Size, kept.At, kept.Failure, kept.Fault) = (failure is null ? newest.Size : round.Size, clock.GetUtcNow(), failure?.Why, failure?.Fault);
        await transaction.Commit(ct);
    }

    private async Task<bool> LongSinceTold(string name, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - Again;
        return !await db.Notices.AnyAsync(n => n.About.Kind == "witness" && n.About.Id == name && n.At > since, ct);
    }

    private async Task Send(StoredCheckpoint newest, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        await outbox.Send(settings.Receiver, Type, new { newest.Size, newest.At, newest.Note }, new("checkpoint", newest.Size.ToString(CultureInfo.InvariantCulture)), ct: ct);
        await transaction.Commit(ct);
    }

    private async Task Timestamp(StoredCheckpoint newest, CancellationToken ct)
    {
        var (at, token) = await timestamp.Run(newest.Note, ct);
        await using var transaction = await db.Begin(ct);
        if (!await db.Set<StoredTimestamp>().AnyAsync(t => t.Size == newest.Size, ct))
        {
            db.Add(new StoredTimestamp { Size = newest.Size, At = at, Token = token });
        }

        await transaction.Commit(ct);
    }

    private async Task Cosign(Uri address, WitnessKey key, WitnessRound round, StoredCheckpoint newest, CancellationToken ct)
    {
        var signatures = await ask.Run(address, key, newest.Note, round.Size, ct);
        await using var transaction = await db.Begin(ct);
        if (!await db.Set<StoredCosignature>().AnyAsync(c => c.Size == newest.Size && c.Witness == key.Name, ct))
        {
            var line = new SignedNote("x\n", [signatures[^1]]).ToString()[3..^1];
            db.Add(new StoredCosignature { Size = newest.Size, Witness = key.Name, Line = line, At = clock.GetUtcNow() });
        }

        await transaction.Commit(ct);
    }
}
