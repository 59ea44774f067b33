using Jaga.Deliveries;
using Jaga.Obligations;

namespace Jaga.Letters;

/// <summary>
/// The register of correspondence with organisations, in and out: what came in is answered, what was written is approved by somebody else and sent,
/// and "sent" is only said of what every recipient has, each with a receipt of their own.
/// </summary>
public sealed class LettersRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<LetterSettings>(configuration, "Letters", s => s.Wrong());
        services.AddScoped<LetterPaper>().AddScoped<Settle>().AddScoped<ReadLetters>();
        services.AddScoped<RegisterLetter>().AddScoped<DraftLetter>().AddScoped<ReviseLetter>().AddScoped<ApproveLetter>().AddScoped<SendLetter>();
        services.AddScoped<EnterPosting>().AddScoped<EnterReceipt>().AddScoped<ReachAgain>().AddScoped<CloseLetter>().AddScoped<ReadOwnLetters>().AddScoped<PreviewLetter>();
        services.AddScoped<AddLetterFile>().AddScoped<ReadLetterFile>().AddScoped<ImportParties>().AddScoped<SaveTemplate>().AddScoped<ReadTemplates>();
        services.AddScoped<TakeNotification>().AddScoped<ReadNotifications>().AddScoped<DismissNotification>().AddSingleton<PrintLetter>();
        services.AddRecurring<FetchNotifications>("letters.fetch-notifications", FetchNotifications.Every);
        services.AddCount(new("unsentLetters", "Letters that are written and that not every recipient has", "/letters?which=unsent", Permission.ReadLetters, Gravity.Warn, inHead: false,
            (db, _) => db.Letters.Where(l => l.State == LetterState.Draft || l.State == LetterState.Approved || l.State == LetterState.Sending)));
        services.AddCount(new("unansweredLetters", "Letters that came in and wait for an answer", "/letters?which=due", Permission.ReadLetters, Gravity.Warn, inHead: false, (db, _) => db.Letters.Where(l => l.State == LetterState.Open)));
        services.AddCount(new("unreadNotifications", "Mail about letters that could not be read: a person must look", "/letters/notifications", Permission.ReadLetters, Gravity.Bad, inHead: false,
            (db, _) => db.StatusNotifications.Where(s => s.State == NotificationState.SetAside)));
        services.AddJob<HandOver, HandOverLetter>("letters.hand-over");
        services.AddScoped<IOnDelivered, TakeReceipt>();
        services.AddDeliveries(Permission.ReadLetters, HandOverLetter.Type);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadLetters.Map(api);
        RegisterLetter.Map(api);
        DraftLetter.Map(api);
        ReviseLetter.Map(api);
        ApproveLetter.Map(api);
        SendLetter.Map(api);
        PreviewLetter.Map(api);
        EnterPosting.Map(api);
        EnterReceipt.Map(api);
        ReachAgain.Map(api);
        CloseLetter.Map(api);
        ImportParties.Map(api);
        AddLetterFile.Map(api);
        ReadLetterFile.Map(api);
        SaveTemplate.Map(api);
        ReadTemplates.Map(api);
        ReadOwnLetters.Map(api);
        ReadNotifications.Map(api);
        DismissNotification.Map(api);
    }
}
