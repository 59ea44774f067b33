using Jaga.Evidence.Backups;
using Jaga.Obligations;

namespace Jaga.Evidence;

/// <summary>The vault: bytes and records kept under seal for as long as the law says, given out only for a recorded reason, and provably what they were.</summary>
public sealed class EvidenceRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var settings = services.AddSettings<EvidenceSettings>(configuration, "Evidence", s => s.Wrong());
        services.AddSingleton<IKeyEnvelope, MasterKeyEnvelope>();
        services.AddSingleton<KeyFileEnvelope>().AddSingleton<IKeyEnvelope>(s => s.GetRequiredService<KeyFileEnvelope>()).AddSingleton<IKeyEnvelope, KeyCommandEnvelope>();
        _ = settings.S3.Endpoint.Length > 0 ? services.AddSingleton<S3Client>().AddSingleton<IVaultStore, S3Store>() : services.AddSingleton<IVaultStore, FolderStore>();
        services.AddCount(new("lostEvidence", "Files of the vault that are missing or altered", "/evidence/alarms", Permission.ReadEvidence, Gravity.Bad, inHead: true, (db, _) => db.VaultBlobs.Where(b => b.State != BlobState.Whole)));
        services.AddCount(new("unreadEvidence", "Files of the vault that could not be read when they were last tried", "/evidence/alarms", Permission.ReadEvidence, Gravity.Bad, inHead: true, (db, _) => db.VaultBlobs.Where(b => b.UnreadAt != null)));
        services.AddCustody("evidence.kept", "evidence.sealed", ExhibitBag.Opened, "evidence.missed", "evidence.altered", "evidence.restored", "evidence.destroyed", "exhibit.sealed", ExhibitBag.Exported);
        services.AddSingleton<VaultFiles>().AddScoped<RotateKeys>().AddScoped<TakeBackup>().AddScoped<RestoreBackup>();
        services.AddScoped<Vault>().AddScoped<Exhibits>().AddScoped<ExhibitBag>().AddScoped<ExportBag>().AddScoped<PlaceHold>().AddScoped<LiftHold>();
        services.AddSingleton<Retention>().AddScoped<Held>().AddScoped<ReadCertificates>().AddScoped<AskErasure>().AddScoped<SecondWords>().AddScoped<AskExport>().AddScoped<AllowExport>().AddScoped<ReadErasures>();
        services.AddRecurring<ScrubVault>("evidence.scrub", ScrubVault.Every);
        services.AddRecurring<SweepOrphans>("evidence.sweep", SweepOrphans.Every);
        services.AddRecurring<DestroyExpired>("evidence.destroy", DestroyExpired.Every);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        ReadExhibits.Map(api);
        ExportBag.Map(api);
        ReadHolds.Map(api);
        PlaceHold.Map(api);
        LiftHold.Map(api);
        ReadCertificates.Map(api);
        AskErasure.Map(api);
        AskExport.Map(api);
        AllowExport.Map(api);
        ReadErasures.Map(api);
        ReadAlarms.Map(api);
    }
}

/// <summary>How evidence is kept. <c>Jaga__Evidence__…</c></summary>
public sealed record EvidenceSettings
{
    /// <summary>The longest single piece of evidence, in bytes: 4 GiB unless changed, at least 1 MiB.</summary>
    public long MaxObjectBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>How often every file is read again: from an hour to a year, weekly unless changed.</summary>
    public TimeSpan ScrubEvery { get; init; } = TimeSpan.FromDays(7);

    /// <summary>A store that speaks S3, in place of the data folder.</summary>
    public S3Settings S3 { get; init; } = new();

    /// <summary>The folder of the vault's own master keys, which a rotation makes; empty: <c>keys/evidence</c> in the data folder. All nodes need the same.</summary>
    public string Keys { get; init; } = "";

    /// <summary>A program that wraps the vault's keys in place of a key file: a hardware module, a key service. Empty for none.</summary>
    public string KeyCommand { get; init; } = "";

    /// <summary>What it is started with.</summary>
    public IReadOnlyList<string> KeyCommandArguments { get; init; } = [];

    /// <summary>The name that is kept beside each key that the program wrapped. Another key there is another name, and a rotation.</summary>
    public string KeyCommandName { get; init; } = "key-command";

    /// <summary>Whether an export needs a second person's word.</summary>
    public bool TwoPersons { get; init; }

    /// <summary>Whether looking at media of a case needs a second person's word.</summary>
    public bool TwoPersonsToReveal { get; init; }

    /// <summary>Whether lifting a hold, after which evidence may be destroyed, needs a second person: yes unless changed.</summary>
    public bool TwoPersonsToLift { get; init; } = true;

    /// <summary>The organisation that a bag names as its source.</summary>
    public string Organization { get; init; } = "";

    /// <summary>The folder of <see cref="Keys"/>.</summary>
    internal string KeyFolder(StorageSettings storage) => Keys.Length > 0 ? Keys : Path.Combine(storage.Data, "keys", "evidence");

    internal IEnumerable<string> Wrong()
    {
        if (MaxObjectBytes < 1024 * 1024)
        {
            yield return $"Evidence:MaxObjectBytes is {MaxObjectBytes}. It takes at least 1048576 (1 MiB).";
        }

        if (ScrubEvery < TimeSpan.FromHours(1) || ScrubEvery > TimeSpan.FromDays(366))
        {
            yield return $"Evidence:ScrubEvery is {ScrubEvery}. It takes an hour to a year.";
        }

        foreach (var wrong in S3.Wrong())
        {
            yield return wrong;
        }

        if (KeyCommandName.Length is 0 or > 64 || KeyCommandName is "master-key" || KeyCommandName.StartsWith("key-file-", StringComparison.Ordinal))
        {
            yield return $"Evidence:KeyCommandName is '{KeyCommandName}'. It takes 1 to 64 characters, and neither master-key nor key-file-….";
        }

        if (Organization.Any(char.IsControl))
        {
            yield return "Evidence:Organization holds a control character.";
        }
    }
}
