using System.Globalization;
using Jaga.Audit;
using Jaga.Banks;
using Jaga.Obligations;

namespace Jaga.Matching;

/// <summary>
/// The match service: a platform that cannot get the lists itself asks whether something is known, and learns that and the labels, never what is near, which list,
/// which entry, or how near. Each key has a rate and a day's budget; one that feels its way along a hash is refused, and the desk is told.
/// </summary>
public sealed class AskKnown(Db db, Matcher matcher, AskLimits limits, AskSettings settings, GroupCommit group, AuditLog audit, Notices notices, TimeProvider clock)
{
    /// <summary>The most that one call asks about.</summary>
    public const int MaxItems = 100;

    /// <param name="Items">1 to 100; see <see cref="FindMatches.Hashes"/>.</param>
    public sealed record Request(IReadOnlyList<FindMatches.Hashes> Items);

    /// <param name="Known">Whether it is known.</param>
    /// <param name="Labels">As what: the banks' own words.</param>
    /// <param name="Errors">Why it could not be looked up, by field; then nothing is said of it.</param>
    public sealed record Result(bool? Known, IReadOnlyList<string>? Labels, IReadOnlyDictionary<string, string[]>? Errors = null);

    /// <param name="Results">In the order of the request.</param>
    /// <param name="Left">What is left of the day's budget.</param>
    public sealed record Answer(IReadOnlyList<Result> Results, long Left);

    /// <exception cref="BadInput">There are none, or too many.</exception>
    /// <exception cref="TooMany">Too fast, the day's budget is used up, or the key walks.</exception>
    /// <exception cref="NotReady">The signals are still being read, or a bank that is named in the settings is not there.</exception>
    public async Task<Answer> Run(Request request, Actor actor, CancellationToken ct)
    {
        if (request.Items is not { Count: > 0 and <= MaxItems })
        {
            throw new BadInput("items", $"One call asks about 1 to {MaxItems} things.");
        }

        if (settings.Banks.FirstOrDefault(name => !matcher.HasBank(name)) is { } missing)
        {
            // Renamed, most likely. Without it every answer would be "not known".
            throw new NotReady($"The match service answers from the bank '{missing}' (Ask:Banks), and no bank has that name.", TimeSpan.FromMinutes(5));
        }

        var read = request.Items.Select(hashes =>
        {
            var wrong = new Dictionary<string, string[]>();
            var query = FindMatches.Read(hashes ?? new(), wrong);
            if (hashes is { Vpdq: not null } or { Text: not null } or { PhotoDna: not null })
            {
                // Compared by nearness, and not watched for walks as PDQ hashes are.
                wrong["items"] = ["The match service answers by PDQ hashes of pictures, digests and links."];
            }

            return (Query: query, Wrong: wrong);
        }).ToList();
        if (limits.Walks(actor.Id, read.Count, read.Where(r => r.Query.Pdq is not null).Select(r => r.Query.Pdq!.Value.Hash)))
        {
            await Tell(actor, ct);
            throw new TooMany("This key asked about many hashes that are almost alike, and is refused for a while. The desk has been told.", settings.WalkPause);
        }

        foreach (var (_, wrong) in read.Where(r => r.Wrong.Count == 0 && !matcher.Compares(r.Query)))
        {
            wrong["quality"] = [FindMatches.TooPoor];
        }

        var results = read.Select(r => r.Wrong.Count > 0 ? new(null, null, r.Wrong) : Look(r.Query)).ToList();
        var asked = await Count(actor.Id, results.Count, results.Count(r => r.Known is true), ct);
        var now = clock.GetUtcNow();
        return asked <= settings.PerDay ? new(results, settings.PerDay - asked)
            : throw new TooMany($"A key may ask about {settings.PerDay:N0} things in a day (UTC).", now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime);
    }

    private Result Look(MatchQuery query)
    {
        var met = matcher.Find(query).Where(m => m.OnMatch is OnMatch.Hold or OnMatch.Case && (settings.Banks.Count == 0 || settings.Banks.Contains(m.BankName, StringComparer.OrdinalIgnoreCase))).ToList();

        // The signals' own labels would tell entries of a list apart; the banks' words do not.
        return met.Count == 0 ? new(false, []) : new(true, [.. met.SelectMany(m => m.BankLabels).Distinct().Order(StringComparer.Ordinal)]);
    }

    // Counted before it is answered: a crash must not give a budget twice.
    private async Task<long> Count(string key, int asked, int known, CancellationToken ct)
    {
        var (total, day) = (0L, clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await group.Commit(async (rows, token) =>
        {
            await using var count = rows.Connection.CreateCommand();
            (count.CommandText, count.Transaction) = (
                """
                INSERT INTO ask_usages (key, day, asked, known) VALUES (@key, @day, @asked, @known)
                ON CONFLICT (key, day) DO UPDATE SET asked = ask_usages.asked + excluded.asked, known = ask_usages.known + excluded.known RETURNING asked
                """, rows.Transaction);
            foreach (var (name, value) in new (string, object)[] { ("@key", key), ("@day", day), ("@asked", (long)asked), ("@known", (long)known) })
            {
                var parameter = count.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value);
                count.Parameters.Add(parameter);
            }

            total = (long)(await count.ExecuteScalarAsync(token))!;
        }, ct);
        return total;
    }

    private async Task Tell(Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var key = new Subject("api-key", actor.Id);
        audit.Record(actor, "api-key.walked", key, $"{settings.WalkSteps} hashes or more within {settings.WalkDistance} bits of one another; refused for {settings.WalkPause}.");
        var says = new Sentence(
            $"The key '{actor.Name}' asks the match service about many hashes that are almost alike, as somebody does who wants to know what a list holds. It is refused for {settings.WalkPause}.",
            $"Kunci '{actor.Name}' menanyakan banyak hash yang nyaris sama kepada layanan pencocokan, seperti orang yang ingin tahu isi sebuah daftar. Kunci itu ditolak selama {settings.WalkPause}.");
        await notices.Tell(Whom.Lead, "leads", null, key, says, urgent: false, null, ct);
        await transaction.Commit(ct);
    }

    /// <summary><c>POST /ask</c>: 200 with a verdict for each.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/ask", async (Request request, AskKnown ask, Actor actor, CancellationToken ct) => TypedResults.Ok(await ask.Run(request, actor, ct)))
        .Requires(Permission.AskKnown)
        .WithName("AskKnown")
        .WithSummary("Ask whether something is known")
        .WithDescription("The match service: hashes in, known or not and the labels out. No list can be read through it.");
}
