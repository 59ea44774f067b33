using System.Text.Json;
using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Obligations;

namespace Jaga.Disclosure;

/// <summary>
/// The platform gives the data that was released. Every field that was asked for is given or said not to be held; a field that was not asked for is refused by its name,
/// whatever it holds. Data, documents and record are sealed. What is owed to the agency goes on until a package with the data lies ready for it: there is no other way out.
/// </summary>
public sealed class GiveData(Db db, AuditLog audit, TimeProvider clock, RequestFolder folder, Vault vault, Exhibits exhibits, Duties duties, DisclosureSettings settings)
{
    private const int MaxBytes = 16_000_000;

    /// <summary>Why it is kept as long as it is: the house's own retention.</summary>
    private const string Kept = "house.keep-evidence";

    /// <param name="Receipt">The platform's own reference, 1 to 200 characters.</param>
    public sealed record Request(string Receipt, IReadOnlyList<GivenData> Subjects);

    /// <summary>The data of one subject.</summary>
    /// <param name="Fields">Values by field, each in its shape.</param>
    /// <param name="NotHeld">The fields that the platform does not have.</param>
    public sealed record GivenData(string Kind, string Id, IReadOnlyDictionary<string, JsonElement>? Fields, IReadOnlyList<string>? NotHeld);

    /// <param name="Exhibit">The seal.</param>
    public sealed record Answer(Id<DataRequest> Request, Id<Exhibit> Exhibit, IReadOnlyList<GivenSubject> Given);

    /// <exception cref="NotFound">There is no such request, or nothing is asked of the platform for it.</exception>
    /// <exception cref="BadInput">A subject or a field was not asked for, is missing, or has another shape; it is named.</exception>
    public async Task<Answer> Run(Id<DataRequest> id, Request request, Actor actor, CancellationToken ct)
    {
        if (request.Receipt is not { Length: > 0 and <= 200 })
        {
            throw new BadInput("receipt", "Name your own reference, in 1 to 200 characters.");
        }

        var released = await db.DataAnswers.AsNoTracking().InForce().SingleOrDefaultAsync(a => a.Request == id, ct);
        if (released is not { Asked: { } json })
        {
            throw RequestFolder.Missing();
        }

        var given = Check(DataQuestion.Read(json), request.Subjects ?? []);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(request.Subjects!.Select(s => new { s.Kind, s.Id, fields = s.Fields ?? new Dictionary<string, JsonElement>(), notHeld = s.NotHeld ?? [] }), Json.Options);
        if (bytes.Length > MaxBytes)
        {
            throw new BadInput("subjects", $"At most {MaxBytes / 1_000_000} million bytes; ask for a shorter time to be released.");
        }

        using var content = new MemoryStream(bytes, writable: false);
        var put = await vault.Put(content, ct);
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var contents = await folder.Open(id, ct);
        contents.Request.MustBe(DataRequestState.Collecting, "No data is awaited for this request: the data is here already.");
        if (!await db.DataAnswers.InForce().AnyAsync(a => a.Id == released.Id, ct))
        {
            throw new RuleBroken("What was asked of the platform has been taken back.");
        }

        var kept = await vault.Keep(put, "application/json", contents.Request.Subject, actor, "data released to an authority", now + settings.Keep, ct);
        var objects = contents.Documents.Select(d => d.Evidence).Prepend(kept.Id).Distinct().ToList();
        var exhibit = await exhibits.Seal(contents.Request.Subject, objects, Record(contents, released, given, request.Receipt), Kept, settings.Keep, actor, "data released to an authority", ct);
        contents.Request.Take(kept.Id, exhibit.Id, JsonSerializer.Serialize(given, Json.Options));
        audit.Record(actor, "data-request.data-given", contents.Request.Subject, request.Receipt, new { exhibit = exhibit.Id, data = kept.Id, given });
        await duties.Keep(contents.Request.Subject, ReleaseAnswer.Clause, new Subject("receipt", request.Receipt), actor, ct);
        return await transaction.Commit(new Answer(id, exhibit.Id, given), ct);
    }

    private static List<GivenSubject> Check(IReadOnlyList<AskedSubject> asked, IReadOnlyList<GivenData> subjects)
    {
        var given = new List<GivenSubject>();
        for (var i = 0; i < subjects.Count; i++)
        {
            var at = $"subjects[{i}]";
            var one = subjects[i] ?? throw new BadInput(at, "A subject is missing.");
            var of = asked.SingleOrDefault(a => a.Kind == one.Kind && a.Id == one.Id) ?? throw new BadInput(at, "Nothing was asked about this subject.");
            if (given.Any(g => g.Kind == one.Kind && g.Id == one.Id))
            {
                throw new BadInput(at, "This subject is named twice.");
            }

            given.Add(CheckSubject(of, one, at));
        }

        return asked.FirstOrDefault(a => !given.Any(g => g.Kind == a.Kind && g.Id == a.Id)) is { } missing
            ? throw new BadInput("subjects", $"Nothing is said about {missing.Kind} {missing.Id}. Give its fields, or name them as not held.")
            : given;
    }

    private static GivenSubject CheckSubject(AskedSubject of, GivenData one, string at)
    {
        var fields = one.Fields ?? new Dictionary<string, JsonElement>();
        foreach (var (name, value) in fields)
        {
            if (of.Fields.SingleOrDefault(f => f.Name == name) is not { } field)
            {
                throw new BadInput($"{at}.fields.{Short(name)}", $"'{Short(name)}' was not asked for. It is refused, and nothing of this was kept.");
            }

            if (new DataField(field.Name, of.Kind, field.Type, field.Columns).WhyNot(value) is { } wrong)
            {
                throw new BadInput($"{at}.fields.{name}", wrong);
            }
        }

        IReadOnlyList<string> notHeld = [.. (one.NotHeld ?? []).Where(n => n is not null).Distinct()];
        if (notHeld.FirstOrDefault(n => fields.ContainsKey(n) || !of.Fields.Any(f => f.Name == n)) is { } strange)
        {
            throw new BadInput($"{at}.notHeld", $"'{Short(strange)}' was not asked for, or is given too.");
        }

        return of.Fields.FirstOrDefault(f => !fields.ContainsKey(f.Name) && !notHeld.Contains(f.Name)) is { } silent
            ? throw new BadInput($"{at}.fields.{silent.Name}", "This was asked for. Give it, or name it as not held.")
            : new(one.Kind, one.Id, fields.ToDictionary(f => f.Key, f => DataField.Count(f.Value)), notHeld);
    }

    // What is sealed beside the data: by which right it was asked, what was looked into, who released it, and what was asked and given. No values.
    private static object Record(RequestFolder.Contents contents, DataAnswer released, IReadOnlyList<GivenSubject> given, string receipt)
    {
        var r = contents.Request;
        return new
        {
            request = new { r.Id, r.Number, r.Agency, r.SentBy, r.Regime, r.LegalBasis, r.Offence, r.MaxPenaltyMonths, r.Purpose, r.Description, r.From, r.Until, r.Classes, r.Emergency, r.EmergencyReason, r.EmergencyAccepted, r.EmergencyBecause, r.Reference, r.ReceivedAt },
            subjects = contents.Subjects.Select(s => s.About),
            documents = contents.Documents.Select(d => new { d.Id, d.Kind, d.Number, d.IssuedOn, d.Issuer, d.Evidence, d.Accepted, d.Covers, d.CoversMembers, d.CheckedBy, d.Because }),
            answer = new { released.Id, released.Outcome, released.Classes, released.ByEmergency, released.Ground, released.Checked, released.ProposedBy, released.ProposedAt, released.ReleasedBy, released.ReleasedAt },
            asked = DataQuestion.Read(released.Asked!),
            given,
            receipt,
        };
    }

    private static string Short(string name) => name.Length > 50 ? name[..50] : name;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/data-requests/{id}/data", (Id<DataRequest> id, Request request, GiveData give, Actor actor, CancellationToken ct) => give.Run(id, request, actor, ct))
        .Requires(Permission.GiveData).WithSummary("Give the data that was asked of the platform").WithDescription("Exactly the fields that were asked for, each given or named as not held; anything else is refused by its name with 422.");
}
