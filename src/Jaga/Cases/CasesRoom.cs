using Jaga.Cases.Statements;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.Packages;

namespace Jaga.Cases;

/// <summary>
/// The desk: everything about one subject is one case; the dispatcher gives the one that matters most to one person at a time; that person decides,
/// and in the transaction of the decision the evidence is sealed, the platform is asked to act and the duties are kept.
/// </summary>
public sealed class CasesRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<CaseSettings>(configuration, "Cases", s => s.Wrong());
        services.AddSingleton<Locations>();
        services.AddScoped<OpenCase>().AddScoped<ReferCase>().AddScoped<CaseRecord>().AddScoped<OwnBank>().AddScoped<CaseOpinions>();
        services.AddScoped<IPackageSource, PackCase>();
        services.AddCustody("case.opened", "case.grew", "case.merged", "case.taken", "case.pointed", "case.released", "case.decided", "case.reopened", "media.revealed", "decision.made", "decision.undone");
        services.AddScoped<TakeNext>().AddScoped<TakeCase>().AddScoped<PointCase>().AddScoped<ReleaseCase>();
        services.AddScoped<RevealMedia>().AddScoped<EndReveal>().AddScoped<AskReveal>().AddScoped<AllowReveal>().AddScoped<ReadPreview>();
        services.AddScoped<DecideCase>().AddScoped<UndoDecision>().AddScoped<MergeCases>();
        services.AddScoped<ReadCase>().AddScoped<ReadCases>();
        StatementRegistration.Add(services, configuration);
        services.AddCount(new("openCases", "Cases that wait for a decision", "/queue", Permission.ReadCases, Gravity.Plain, inHead: false, (db, _) => db.Cases.Where(c => c.State == CaseState.Open)));
        services.AddCount(new("askedReveals", "Looks that wait for a second person's word", "/reveals", Permission.AllowReveals, Gravity.Plain, inHead: false, (db, now) =>
        {
            var since = now - SecondWord.Serves;
            return db.SecondWords.Where(w => w.Act == TwoPersonAct.Reveal && w.AllowedBy == null && w.AskedAt > since);
        }));
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        TakeNext.Map(api);
        TakeCase.Map(api);
        ReleaseCase.Map(api);
        PointCase.Map(api);
        RevealMedia.Map(api);
        EndReveal.Map(api);
        AskReveal.Map(api);
        AllowReveal.Map(api);
        ReadAskedReveals.Map(api);
        ReadPreview.Map(api);
        DecideCase.Map(api);
        UndoDecision.Map(api);
        ReferCase.Map(api);
        ReadCase.Map(api);
        ReadCases.Map(api);
        StatementRegistration.Map(api);
    }
}
