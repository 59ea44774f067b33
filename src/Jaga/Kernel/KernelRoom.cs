using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Jaga.Kernel;

/// <summary>
/// The ground that every room stands on: the database and its one transaction, ids, subjects, actors, permissions, jobs, settings, secrets, errors and the clock.
/// It knows nothing of reports, cases or hashes.
/// </summary>
public sealed class KernelRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var storage = services.AddSettings<StorageSettings>(configuration, "Storage", s => s.Wrong());
        services.AddSettings<SecretSettings>(configuration, "Secrets", s => s.Wrong());
        services.AddSettings<WorkerSettings>(configuration, "Worker", s => s.Wrong());
        // For its owner alone where it is made here; an administrator's own choice stays.
        Directory.CreateDirectory(storage.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<MasterKey>().AddSingleton<WriteGate>();
        // The options are the same for every request; to put them together costs more than most requests.
        services.AddDbContext<Db>((_, options) => options.UseStore(storage), optionsLifetime: ServiceLifetime.Singleton);
        services.AddSingleton<JobKinds>().AddScoped<Jobs>();
        services.AddRecurring<ForgetAnswers>("kernel.forget-answers", TimeSpan.FromHours(1));
        services.AddSingleton<GroupCommit>().AddHostedService(s => s.GetRequiredService<GroupCommit>());
        services.AddSingleton<Worker>().AddHostedService(s => s.GetRequiredService<Worker>());

        services.AddDataProtection().SetApplicationName("jaga");
        services.AddOptions<KeyManagementOptions>().Configure<StorageSettings, MasterKey>((keys, where, master) =>
        {
            keys.XmlRepository = new KeyRing(where);
            keys.XmlEncryptor = new KeyRingEncryptor(master);
        });

        services.AddProblemDetails();
        services.AddExceptionHandler<Problems>();
        services.ConfigureHttpJsonOptions(json => Json.Configure(json.SerializerOptions).UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow);
        // What cannot be read comes to Problems, which names it.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }
}
