using Jaga.Deliveries;

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
        services.AddJob<HandOver, HandOverLetter>("letters.hand-over");
        services.AddScoped<IOnDelivered, TakeReceipt>();
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadLetters.Map(api);
        RegisterLetter.Map(api);
        DraftLetter.Map(api);
        ReviseLetter.Map(api);
        ApproveLetter.Map(api);
        SendLetter.Map(api);
    }
}
