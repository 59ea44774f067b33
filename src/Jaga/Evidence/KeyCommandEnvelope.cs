using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Jaga.Evidence;

/// <summary>
/// Has keys wrapped by an external program, which speaks to a hardware module or a key service. The program is started once and answers one line of JSON for each line that it is sent:
/// <c>{"op":"wrap","file":"UUID","key":"BASE64"}</c> with <c>{"wrapped":"BASE64"}</c>, <c>{"op":"unwrap","file":"UUID","wrapped":"BASE64"}</c> with <c>{"key":"BASE64"}</c>,
/// and either with <c>{"error":"WHY"}</c> where it refuses. It must bind the key to the file. What does not answer in time is ended and started anew.
/// </summary>
public sealed class KeyCommandEnvelope(EvidenceSettings settings, ILogger<KeyCommandEnvelope> logger) : IKeyEnvelope, IDisposable
{
    private const int MaxWrapped = 4096;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Process? _running;

    public string Name => settings.KeyCommandName;

    public bool IsActive => settings.KeyCommand.Length > 0;

    public async ValueTask<byte[]> Wrap(Guid file, byte[] key, CancellationToken ct)
    {
        var wrapped = await Ask(new { op = "wrap", file, key = Convert.ToBase64String(key) }, "wrapped", ct);
        return wrapped.Length is > 0 and <= MaxWrapped ? wrapped : throw new CryptographicException($"The key command gave a wrapped key of {wrapped.Length} bytes; 1 to {MaxWrapped} are taken.");
    }

    public async ValueTask<byte[]> Unwrap(Guid file, byte[] wrapped, CancellationToken ct)
    {
        var key = await Ask(new { op = "unwrap", file, wrapped = Convert.ToBase64String(wrapped) }, "key", ct);
        return key.Length == SealedFile.KeyBytes ? key : throw new CryptographicException($"The key command gave a key of {key.Length} bytes instead of {SealedFile.KeyBytes}.");
    }

    public void Dispose()
    {
        End();
        _turn.Dispose();
    }

    private async Task<byte[]> Ask(object question, string wanted, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(Deadline);
            var process = _running is { HasExited: false } ? _running : _running = Start();
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question).AsMemory(), limit.Token);
            await process.StandardInput.FlushAsync(limit.Token);
            var line = await process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new IOException("it ended");
            return Answer(line, wanted);
        }
        catch (Exception failure) when (failure is not KeyUnavailable && failure is IOException or JsonException or FormatException or InvalidOperationException or System.ComponentModel.Win32Exception or OperationCanceledException)
        {
            // Whatever it still meant to say must not be taken for the answer to the next question.
            End();
            ct.ThrowIfCancellationRequested();
            throw new KeyUnavailable($"The key command {settings.KeyCommand} did not answer: {(failure is OperationCanceledException ? $"nothing within {Deadline.TotalSeconds} s" : failure.Message)}.");
        }
        finally
        {
            _turn.Release();
        }
    }

    private static byte[] Answer(string line, string wanted)
    {
        using var json = JsonDocument.Parse(line);
        if (json.RootElement.TryGetProperty("error", out var why))
        {
            throw new KeyUnavailable($"The key command refused: {why.GetString()}");
        }

        return json.RootElement.TryGetProperty(wanted, out var answer) && answer.GetString() is { } text ? Convert.FromBase64String(text) : throw new FormatException($"its answer has no \"{wanted}\"");
    }

    private Process Start()
    {
        var process = Process.Start(new ProcessStartInfo(settings.KeyCommand, settings.KeyCommandArguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        })!;
        process.ErrorDataReceived += (_, said) =>
        {
            if (said.Data is { Length: > 0 } text)
            {
                logger.LogWarning("The key command says: {Text}", text);
            }
        };
        process.BeginErrorReadLine();
        return process;
    }

    private void End()
    {
        if (_running is { } process)
        {
            _running = null;
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            process.Dispose();
        }
    }
}

/// <summary>The wrapping key cannot be had now: nothing is known of the evidence, and nothing is said against it.</summary>
public sealed class KeyUnavailable(string sentence) : IOException(sentence);
