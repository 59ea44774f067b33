using System.Data.Common;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Jaga.Kernel;

/// <summary>Keeps the framework's data-protection keys (cookies, antiforgery, tokens) in the database, sealed under the master key, so that every node shares them.</summary>
public sealed class KeyRing(StorageSettings storage) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => Run(async connection =>
    {
        var found = new List<XElement>();
        await using var select = connection.CreateCommand();
        select.CommandText = "SELECT xml FROM data_protection_keys ORDER BY name";
        await using var rows = await select.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            found.Add(XElement.Parse(rows.GetString(0)));
        }

        return found;
    });

    public void StoreElement(XElement element, string friendlyName) => Run(async connection =>
    {
        await using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO data_protection_keys (name, xml) VALUES (@name, @xml)";
        foreach (var (name, value) in new[] { ("@name", friendlyName), ("@xml", element.ToString(SaveOptions.DisableFormatting)) })
        {
            var parameter = insert.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            insert.Parameters.Add(parameter);
        }

        return await insert.ExecuteNonQueryAsync();
    });

    // The framework's interface is synchronous; this happens once a start and once in ninety days.
    private T Run<T>(Func<DbConnection, Task<T>> work) => Task.Run(async () =>
    {
        await using var connection = await Storage.Open(storage, CancellationToken.None);
        return await work(connection);
    }).GetAwaiter().GetResult();
}

/// <summary>Seals each data-protection key under the master key before it is stored.</summary>
public sealed class KeyRingEncryptor(MasterKey master) : IXmlEncryptor
{
    internal const string Purpose = "data-protection";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(
        new XElement("sealed", Convert.ToBase64String(master.Seal(Purpose, Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting))))),
        typeof(KeyRingDecryptor));
}

/// <summary>Opens what <see cref="KeyRingEncryptor"/> sealed.</summary>
public sealed class KeyRingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) => XElement.Parse(Encoding.UTF8.GetString(
        services.GetRequiredService<MasterKey>().Open(KeyRingEncryptor.Purpose, Convert.FromBase64String(encryptedElement.Value))));
}
