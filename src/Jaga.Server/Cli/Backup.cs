using System.CommandLine;
using System.Globalization;
using Jaga.Evidence.Backups;
using Jaga.Kernel;

namespace Jaga.Server.Cli;

/// <summary><c>jaga backup</c> and <c>jaga restore</c>: database and vault together, encrypted, verifiable.</summary>
public static class Backup
{
    /// <summary><c>jaga backup</c>, and <c>jaga backup verify</c>.</summary>
    public static Command Build()
    {
        var (where, secret) = (new OpenStore(), new SecretOptions());
        var to = new Option<FileInfo>("--to") { Description = "The file to write, or - for standard output." };
        var withKey = new Option<bool>("--with-master-key") { Description = "Put the master key into it too. Whoever has file and secret then has everything; without it, keep the key elsewhere." };
        var command = With(new Command("backup", "Back up database and vault together, beside a running server. Exit 0: done. 1: done, and vault files were missing. 2: failed.") { to, withKey, Verify() }, where, secret);
        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            if (parsed.GetValue(to) is not { } file)
            {
                throw new BadInput("to", "Name the file to write with --to.");
            }

            var part = file.Name == "-" ? null : file.FullName + ".part";
            BackupEnd end;
            await using (var target = part is null ? Console.OpenStandardOutput() : new FileStream(part, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                end = await Terminal.Progress("Backup", progress => parts.GetRequiredService<TakeBackup>().Run(target, secret.Read(parsed), parsed.GetValue(withKey), progress, ct));
                (target as FileStream)?.Flush(flushToDisk: true);
            }

            if (part is not null)
            {
                Durable.Name(part, file.FullName);
            }

            Terminal.Remark(string.Create(CultureInfo.InvariantCulture, $"Backed up: the database and {end.Files:N0} vault files, {end.FileBytes:N0} bytes; {end.Destroyed.Count} were destroyed on their day meanwhile."));
            foreach (var lost in end.Lost)
            {
                Terminal.Remark($"MISSING: the file {lost} of the vault is not there.");
            }

            return end.Lost.Count == 0 ? Terminal.Done : Terminal.NotAll;
        }, ct));
        return command;
    }

    /// <summary><c>jaga restore</c></summary>
    public static Command BuildRestore()
    {
        var (where, secret) = (new OpenStore(), new SecretOptions());
        var from = new Argument<FileInfo>("file") { Description = "The backup." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Empty a store that holds something already." };
        var command = With(new Command("restore", "Restore a backup into an empty store, with the server stopped, and check all of it. Exit 0: whole. 1: restored, and something is not whole. 2: nothing was restored.") { from, overwrite }, where, secret);
        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            await using var file = parsed.GetValue(from)!.OpenRead();
            var report = await Terminal.Progress("Restore", progress => parts.GetRequiredService<RestoreBackup>().Run(file, secret.Read(parsed), parsed.GetValue(overwrite), file.Length, progress, ct));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Restored the backup of {report.Head.At:u}: {report.Audit.Lines:N0} lines of the audit log, {report.Opened:N0} vault files opened to their last byte, {report.Destroyed:N0} pieces whose day has come destroyed again."));
            foreach (var fault in report.Faults)
            {
                Console.WriteLine(fault);
            }

            if (report.Audit.Fault is { } broken)
            {
                Console.WriteLine(broken.Sentence);
            }

            return report.Faults.Count == 0 && report.Audit.Fault is null ? Terminal.Done : Terminal.NotAll;
        }, ct, mayMake: true, migrate: false));
        return command;
    }

    private static Command Verify()
    {
        var secret = new SecretOptions();
        var from = new Argument<FileInfo>("file") { Description = "The backup." };
        var command = new Command("verify", "Read a backup from its first byte to its last. Exit 0: it can be restored. 1: it cannot. 2: it could not be read.") { from };
        secret.Options.ToList().ForEach(command.Add);
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                await using var file = parsed.GetValue(from)!.OpenRead();
                var report = await Terminal.Progress("Verify", progress => VerifyBackup.Run(file, secret.Read(parsed), file.Length, progress, ct));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"WHOLE: taken {report.Head.At:u}; a {report.Head.Store} database of {report.Database:N0} bytes with {report.Head.AuditLines:N0} lines of the audit log; {report.End.Files:N0} vault files, {report.End.FileBytes:N0} bytes; the master key is {(report.Head.HoldsMasterKey ? "in it" : "NOT in it")}."));
                return Terminal.Done;
            }
            catch (BackupUnreadable broken)
            {
                Console.WriteLine($"BROKEN: {broken.Message}");
                return Terminal.NotAll;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or BadInput)
            {
                Terminal.Remark(failure.Message);
                return Terminal.Failed;
            }
        });
        return command;
    }

    private static Command With(Command command, OpenStore where, SecretOptions secret)
    {
        foreach (var option in where.Options.Concat(secret.Options))
        {
            command.Add(option);
        }

        return command;
    }

    private sealed class SecretOptions
    {
        private readonly Option<FileInfo?> _passphrase = new("--passphrase-file") { Description = "A file that holds the passphrase on its first line." };
        private readonly Option<FileInfo?> _key = new("--key-file") { Description = "A file of at least 32 bytes of chance: openssl rand -out FILE 32" };

        public IEnumerable<Option> Options => [_passphrase, _key];

        public BackupSecret Read(ParseResult parsed) => (parsed.GetValue(_passphrase), parsed.GetValue(_key)) switch
        {
            ({ } words, null) => BackupSecret.Passphrase(File.ReadLines(words.FullName).FirstOrDefault() ?? ""),
            (null, { } key) => BackupSecret.KeyFile(File.ReadAllBytes(key.FullName)),
            _ => throw new BadInput("secret", "Give either --passphrase-file or --key-file."),
        };
    }
}
