using Jaga.Deliveries;
using Jaga.Obligations;

namespace Jaga.Cases.Statements;

/// <summary>Registers the statements of reasons; part of <see cref="CasesRoom"/>.</summary>
internal static class StatementRegistration
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<StatementSettings>(configuration, "Statements", s => s.Wrong());
        services.AddSingleton<StatementLinks>();
        services.AddScoped<ReadStatementTemplates>().AddScoped<EditStatementTemplate>().AddScoped<ComposeStatements>().AddScoped<PreviewStatements>();
        services.AddScoped<IssueStatements>().AddScoped<IOnDecided>(s => s.GetRequiredService<IssueStatements>());
        services.AddScoped<IAwaitReceiver, AwaitedStatements>();
        services.AddScoped<ConfirmStatement>().AddScoped<IOnDelivered>(s => s.GetRequiredService<ConfirmStatement>());
        services.AddScoped<ReleaseStatement>().AddScoped<ReadStatements>().AddScoped<ObjectToDecision>().AddScoped<DecideObjection>();
        services.AddCount(new("objections", "Objections of affected persons that wait for an answer", "/statements?objected=true", Permission.ReadCases, Gravity.Warn, inHead: false, (db, _) => db.Objections.Where(o => o.AnsweredAt == null)));
        services.AddRecurring<EndWithholdings>("cases.end-withholdings", TimeSpan.FromMinutes(1));
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadStatementTemplates.Map(api);
        EditStatementTemplate.Map(api);
        PreviewStatements.Map(api);
        ReadStatements.Map(api);
        ConfirmStatement.Map(api);
        ReleaseStatement.Map(api);
        ObjectToDecision.Map(api);
        DecideObjection.Map(api);
    }
}
