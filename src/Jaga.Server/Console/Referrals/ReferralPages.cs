using Jaga.Referrals;
using Jaga.Referrals.CyberTip;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Referrals;

/// <summary>Reports to NCMEC: the register, and each report as NCMEC will read it, what is missing, its calls and receipts.</summary>
public static class ReferralPages
{
    /// <summary>The word for all states in <c>/referrals?state=…</c>.</summary>
    public const string All = "all";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/referrals", List).Requires(Permission.ReadReferrals);
        pages.MapGet("/referrals/{id}", async (Id<Referral> id, ReadReferrals read, TimeProvider clock, CancellationToken ct) =>
            ConsolePages.Page<ReferralPage>(new { Whole = await read.One(id, clock.GetUtcNow(), ct) })).Requires(Permission.ReadReferrals);
        pages.MapPost("/referrals/{id}/edit", Edit).Requires(Permission.WriteReferrals);
        pages.MapPost("/referrals/{id}/sign", async (Id<Referral> id, [FromForm] int version, SignReferral sign, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await sign.Run(id, new(version), actor, ct);
            return Back(id, messages, words["referral.signed"]);
        }).Requires(Permission.SignReferrals);
        pages.MapPost("/referrals/{id}/retract", async (Id<Referral> id, [FromForm] string reason, SteerReferral steer, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await steer.Retract(id, new(reason), actor, ct);
            return Back(id, messages, words["referral.retract-asked"]);
        }).Requires(Permission.SignReferrals);
        pages.MapPost("/referrals/{id}/retry", async (Id<Referral> id, [FromForm] string reason, SteerReferral steer, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await steer.Retry(id, new(reason), actor, ct);
            return Back(id, messages, words["referral.retried"]);
        }).Requires(Permission.SignReferrals);
        pages.MapPost("/referrals/{id}/drop", async (Id<Referral> id, [FromForm] string reason, SteerReferral steer, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await steer.Drop(id, new(reason), actor, ct);
            return Back(id, messages, words["referral.dropped-now"]);
        }).Requires(Permission.SignReferrals);
    }

    private static async Task<RazorComponentResult> List(string? state, string? search, string? after, ReadReferrals read, CancellationToken ct)
    {
        ReferralState? wanted = state is null or All ? null : Words.Read<ReferralState>("state", state);
        return ConsolePages.Page<ReferralsPage>(new { State = wanted is { } one ? Words.Of(one) : All, Search = search?.Trim() ?? "", Referrals = await read.Run(wanted, search, new(after, null), ct) });
    }

    // What a person adds to what the case knew; the rest of the draft stays as it is.
    private static async Task<RedirectHttpResult> Edit(
        Id<Referral> id, [FromForm] int version, [FromForm] string type, [FromForm] string? escalation, [FromForm] string? more, [FromForm] TipAnnotation[]? annotations,
        ReadReferrals read, EditReferral edit, TimeProvider clock, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        var report = (await read.One(id, clock.GetUtcNow(), ct)).Report;
        await edit.Run(
            id,
            new(version, report with
            {
                Incident = report.Incident with { Type = Words.Read<TipIncidentType>("type", type) ?? report.Incident.Type, Escalation = Given(escalation), Annotations = annotations ?? [] },
                AdditionalInfo = Given(more),
            }),
            actor, ct);
        return Back(id, messages, words["referral.edited"]);
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static RedirectHttpResult Back(Id<Referral> id, Messages messages, string says)
    {
        messages.Leave(new(Tone.Good, says));
        return TypedResults.LocalRedirect($"/referrals/{id}");
    }
}
