using Jaga.Audit;

namespace Jaga.Disclosure;

/// <summary>The first of two persons proposes an answer. Nothing leaves by it.</summary>
public sealed class ProposeAnswer(Db db, AuditLog audit, TimeProvider clock, RequestFolder folder)
{
    /// <param name="Classes">The classes that are given; all for <see cref="DataOutcome.Released"/>, some for <see cref="DataOutcome.InPart"/>, else none.</param>
    /// <param name="Ground">Why not all of it, for the agency to read; required unless everything is given.</param>
    /// <param name="Checked">What the proposer looked into; to give data, every one of <see cref="DataCheck"/>.</param>
    public sealed record Request(DataOutcome Outcome, IReadOnlyList<DataClass>? Classes, string? Ground, IReadOnlyList<DataCheck>? Checked);

    /// <exception cref="BadInput">The answer contradicts itself; the field is named.</exception>
    /// <exception cref="RuleBroken">A class lacks its document, and the sentence names it; a question waits and the clock with it; or there is a proposal already.</exception>
    public async Task<Id<DataAnswer>> Run(Id<DataRequest> id, Request request, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var contents = await folder.Open(id, ct);
        var (classes, ground) = Check(request, contents.Request);
        if (await Waits(contents.Request, ct))
        {
            throw new RuleBroken("A question waits for the agency's answer. Enter the answer first.");
        }

        if (contents.Request is { Emergency: not null, EmergencyAccepted: null } && classes.Count > 0)
        {
            throw new RuleBroken("Say first whether this is an emergency.");
        }

        var answer = DataAnswer.Propose(contents.Request, request.Outcome, classes, ground, request.Checked ?? [], contents.Verdicts, actor, now);
        contents.Request.Propose();
        db.Add(answer);
        audit.Record(actor, "data-request.answer-proposed", contents.Request.Subject, ground ?? "", new { answer = answer.Id, answer.Outcome, answer.Classes, answer.Checked, rests = contents.Verdicts.Where(v => v.May && classes.Contains(v.Class)).Select(v => new { v.Class, document = v.On!.Id, v.ByEmergency }) });
        return await transaction.Commit(answer.Id, ct);
    }

    // Where no clock stands still for it, a question that the agency leaves open must not keep the house from answering in time.
    private async Task<bool> Waits(DataRequest request, CancellationToken ct) =>
        await db.Clarifications.AnyAsync(c => c.Request == request.Id && c.AnsweredAt == null, ct) && (await folder.Clocks(request, ct)).Exists(o => o.IsOwed && o.PausedAt is not null);

    private static (IReadOnlyList<DataClass> Classes, string? Ground) Check(Request request, DataRequest of)
    {
        IReadOnlyList<DataClass> classes = [.. (request.Classes ?? (request.Outcome is DataOutcome.Released ? of.Classes : [])).Distinct().Order()];
        var fits = request.Outcome switch
        {
            DataOutcome.Released => classes.SequenceEqual(of.Classes.Order()),
            DataOutcome.InPart => classes.Count > 0 && classes.Count < of.Classes.Count && classes.All(of.Classes.Contains),
            _ => classes.Count == 0,
        };
        if (!fits)
        {
            throw new BadInput("classes", "Released gives every class that was asked for, in part some of them; refused and not held give none.");
        }

        if (classes.Count > 0 && Enum.GetValues<DataCheck>().Except(request.Checked ?? []).ToList() is [var first, ..])
        {
            throw new BadInput("checked", $"Before data goes, everything on the list is looked into. Missing: {Words.Of(first)}.");
        }

        return (classes, request.Outcome is DataOutcome.Released && string.IsNullOrWhiteSpace(request.Ground) ? null : Sentences.Checked(request.Ground, "ground"));
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/data-requests/{id}/proposal", (Id<DataRequest> id, Request request, ProposeAnswer propose, Actor actor, CancellationToken ct) => propose.Run(id, request, actor, ct))
        .Requires(Permission.DecideDisclosures).WithSummary("Propose an answer").WithDescription("409 with the sentence that names it when a class lacks its document. Somebody else releases it.");
}
